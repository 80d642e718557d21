package dev.runnel.server;

import dev.runnel.model.Model;
import dev.runnel.server.engine.runs.RunObserver;
import dev.runnel.server.engine.runs.RunObservers;
import dev.runnel.server.metrics.Metrics;
import dev.runnel.server.observed.ObservedModel;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.traces.TraceSettings;
import dev.runnel.server.traces.Traces;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Stream;

import static dev.runnel.server.options.ServerOptions.OTLP_ENDPOINT;
import static dev.runnel.server.options.ServerOptions.OTLP_HEADERS;
import static dev.runnel.server.options.ServerOptions.OTLP_PERCENT;
import static dev.runnel.server.options.ServerOptions.SERVICE_NAME;

/**
 * What watches a server: its metrics, and its traces if a collector is named. Both are told the same. Thread-safe.
 *
 * @param traces empty if nobody wants them; then nothing of them is loaded
 */
record Sight(Metrics metrics, Optional<Traces> traces) implements AutoCloseable {
    /** @throws IllegalArgumentException if traces are wanted and this build has none */
    static Sight open(ServerOptions options) {
        Optional<Traces> traces = Optional.ofNullable(options.find(OTLP_ENDPOINT)).map(url -> traces(url, options));
        Metrics metrics = new Metrics();
        traces.ifPresent(it -> metrics.count("runnel.traces.dropped",
                "Spans that were dropped, because the collector was away or too slow", it::dropped));
        return new Sight(metrics, traces);
    }

    private static Traces traces(URI collector, ServerOptions options) {
        return Traces.provider().orElseThrow(() -> new IllegalArgumentException(
                "this runnel was built without traces: leave out " + options.values().name(OTLP_ENDPOINT)))
                .open(new TraceSettings(collector, options.get(OTLP_HEADERS), options.get(SERVICE_NAME),
                        options.get(OTLP_PERCENT)));
    }

    /** Is told of runs. */
    RunObserver runs() {
        return new RunObservers(Stream.concat(
                Stream.of(metrics.runs()), traces.stream().map(Traces::runs)).toList());
    }

    /** The same model, whose calls are watched. */
    Model observed(Model model) {
        return new ObservedModel(model, Stream.concat(
                Stream.of(metrics.models()), traces.stream().map(Traces::models)).toList());
    }

    @Override
    public void close() {
        traces.ifPresent(Traces::close);
        metrics.close();
    }
}
