package dev.runnel.server.metrics;

import dev.runnel.server.engine.runs.RunObserver;
import dev.runnel.server.observed.ModelObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Counts and times of one server, in Prometheus' text format. Names of model calls follow OpenTelemetry's conventions for
 * generative AI (v0.1.0, in development). Thread-safe.
 */
public final class Metrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ModelNameTags names = new ModelNameTags();
    private final AtomicInteger streams = new AtomicInteger();
    private final Counter attached = Counter.builder("runnel.streams.attached")
            .description("Streams that clients attached to runs that were there already")
            .register(registry);

    /** No figures yet but those about the process. */
    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gauge("runnel.streams.open", "Open streams of runs", streams::get);
    }

    /** Keeps the figures about runs. */
    public RunObserver runs() {
        return new RunMetrics(registry, names);
    }

    /** Keeps the figures about calls of models. */
    public ModelObserver models() {
        return new ModelMetrics(registry, names);
    }

    /**
     * Shows a figure that is read whenever the figures are.
     *
     * @param value called by any thread; must be quick
     */
    public void gauge(String name, String text, Supplier<Number> value) {
        Gauge.builder(name, value).description(text).register(registry);
    }

    /**
     * Shows a count that only grows, and is read whenever the figures are.
     *
     * @param value called by any thread; must be quick
     */
    public void count(String name, String text, LongSupplier value) {
        FunctionCounter.builder(name, value, LongSupplier::getAsLong).description(text).register(registry);
    }

    /**
     * A request was answered, or its client has gone.
     *
     * @param route the route's template, such as {@code /v1/threads/{thread_id}}
     * @param status of the answer; 499 if the client went before there was one
     */
    public void answered(String method, String route, int status, Duration took) {
        Timer.builder("http.server.request.duration")
                .description("Requests, from their head until the end of the answer")
                .tag("http.request.method", method)
                .tag("http.route", route)
                .tag("http.response.status_code", Integer.toString(status))
                .serviceLevelObjectives(Buckets.DURATIONS)
                .register(registry)
                .record(took);
    }

    /**
     * A stream of a run has begun.
     *
     * @param again whether the client attached to a run that was there already
     */
    public void streamBegun(boolean again) {
        streams.incrementAndGet();
        if (again) {
            attached.increment();
        }
    }

    /** A stream of a run has ended. */
    public void streamEnded() {
        streams.decrementAndGet();
    }

    /** All figures, in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }
}
