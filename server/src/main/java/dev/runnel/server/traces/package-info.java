/**
 * The seam for traces: what a server asks of what sends them. How they are made and sent is in {@code traces.otlp}, which a build may leave out.
 */
@NullMarked
package dev.runnel.server.traces;

import org.jspecify.annotations.NullMarked;
