package dev.runnel.server.traces.otlp;

import dev.runnel.server.traces.TraceSettings;
import dev.runnel.server.traces.Traces;

/** The provider of traces that {@link java.util.ServiceLoader} finds. */
public final class OtlpTracesProvider implements Traces.Provider {
    @Override
    public Traces open(TraceSettings settings) {
        return new OtlpTraces(settings);
    }
}
