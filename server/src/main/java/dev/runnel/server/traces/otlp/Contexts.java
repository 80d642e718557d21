package dev.runnel.server.traces.otlp;

import dev.runnel.server.base.TraceHeaders;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Headers of requests as OpenTelemetry's contexts, and back. */
final class Contexts {
    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    private static final TextMapGetter<Map<String, String>> GETTER = (headers, name) -> headers == null
            ? null
            : headers.get(name);

    private Contexts() {}

    /** Where the request that this thread answers stands in its caller's trace; the root if it belongs to none. */
    static Context ofRequest() {
        return W3C.extract(
                Context.root(), TraceHeaders.current().map(TraceHeaders::byName).orElse(Map.of()), GETTER);
    }

    /** The headers of a request that is made in a context. */
    static Optional<TraceHeaders> headers(Context context) {
        Map<String, String> headers = new HashMap<>();
        W3C.inject(context, headers, (to, name, value) -> headers.put(name, value));
        return TraceHeaders.read(headers.get(TraceHeaders.PARENT), headers.get(TraceHeaders.STATE));
    }
}
