@NullMarked
package dev.runnel.server.traces.otlp;

import org.jspecify.annotations.NullMarked;
