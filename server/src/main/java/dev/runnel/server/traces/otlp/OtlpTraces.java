package dev.runnel.server.traces.otlp;

import dev.runnel.server.engine.runs.RunObserver;
import dev.runnel.server.observed.ModelObserver;
import dev.runnel.server.traces.TraceSettings;
import dev.runnel.server.traces.Traces;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Traces of one server, sent to one collector. Thread-safe. */
final class OtlpTraces implements Traces {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long CLOSE_SECONDS = 3;

    /** The longest value of an attribute, in characters; more is cut. Names that callers choose, such as a model's, are the longest. */
    private static final int MAX_VALUE = 1_000;

    /** A batch that fails is tried again soon, twice; meanwhile no other one is sent. */
    private static final RetryPolicy RETRIES = RetryPolicy.builder()
            .setMaxAttempts(3).setInitialBackoff(Duration.ofMillis(250)).setMaxBackoff(Duration.ofSeconds(1)).build();

    private final SpanQueue queue;
    private final SdkTracerProvider provider;
    private final RunTraces runs;
    private final ModelTraces models;

    OtlpTraces(TraceSettings settings) {
        URI collector = settings.collector();
        this.queue = new SpanQueue(exporter(settings), collector.getScheme() + "://" + collector.getAuthority());
        TraceIds ids = new TraceIds();
        this.provider = SdkTracerProvider.builder()
                .setResource(resource(settings.service()))
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.percent() / 100.0)))
                .setSpanLimits(SpanLimits.builder().setMaxAttributeValueLength(MAX_VALUE).build())
                .setIdGenerator(ids)
                .addSpanProcessor(queue)
                .build();
        Tracer tracer = provider.get("dev.runnel.server");
        this.runs = new RunTraces(tracer, ids);
        this.models = new ModelTraces(tracer, runs::context);
    }

    private static OtlpHttpSpanExporter exporter(TraceSettings settings) {
        String base = settings.collector().toString();
        OtlpHttpSpanExporterBuilder builder = OtlpHttpSpanExporter.builder()
                .setEndpoint((base.endsWith("/") ? base : base + "/") + "v1/traces")
                .setConnectTimeout(CONNECT_TIMEOUT)
                .setTimeout(TIMEOUT)
                .setRetryPolicy(RETRIES);
        settings.headers().forEach(builder::addHeader);
        return builder.build();
    }

    private static Resource resource(String service) {
        String version = OtlpTraces.class.getPackage().getImplementationVersion();
        return Resource.getDefault().toBuilder()
                .put(AttributeKey.stringKey("service.name"), service)
                .put(AttributeKey.stringKey("service.version"), version == null ? "development" : version)
                .build();
    }

    @Override
    public RunObserver runs() {
        return runs;
    }

    @Override
    public ModelObserver models() {
        return models;
    }

    @Override
    public long dropped() {
        return queue.dropped();
    }

    @Override
    public void close() {
        provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
