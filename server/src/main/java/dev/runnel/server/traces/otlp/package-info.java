/**
 * Traces by OpenTelemetry's SDK, sent by OTLP over HTTP. All uses of OpenTelemetry are here. Names of spans and attributes follow its conventions for
 * generative AI (v0.1.0, in development); names that begin with {@code runnel} are our own. A span has no content: no message, argument or output.
 */
@NullMarked
package dev.runnel.server.traces.otlp;

import org.jspecify.annotations.NullMarked;
