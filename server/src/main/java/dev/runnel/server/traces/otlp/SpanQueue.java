package dev.runnel.server.traces.otlp;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Spans that wait to be sent. No thread that works for a run ever waits for the collector: if there is no room for a span, it is dropped.
 * What is dropped is counted, and the log says it once until the collector takes spans again. Thread-safe.
 */
final class SpanQueue implements SpanProcessor {
    private static final System.Logger LOG = System.getLogger(SpanQueue.class.getName());

    /** How many spans may wait: those of some 1,600 runs with one model call each. */
    private static final int ROOM = 8_192;

    private static final int BATCH = 512;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Longer than an export's own timeout. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final SpanProcessor batches;
    private final String collector;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();

    // Guarded by this.
    private boolean losing;
    private long droppedBefore;

    /**
     * An empty queue.
     *
     * @param exporter sends spans; closed with the queue
     * @param collector for the log
     */
    SpanQueue(SpanExporter exporter, String collector) {
        ExporterLog.listen();
        this.collector = collector;
        // Its queue is never full: what would not fit in is dropped here, where it is counted.
        this.batches = BatchSpanProcessor.builder(new Watched(exporter))
                .setMaxQueueSize(ROOM).setMaxExportBatchSize(BATCH).setScheduleDelay(PAUSE)
                .setExporterTimeout(PATIENCE).build();
    }

    /** How many spans were dropped so far. */
    long dropped() {
        return dropped.get();
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        batches.onStart(parent, span);
    }

    @Override
    public boolean isStartRequired() {
        return batches.isStartRequired();
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (!span.getSpanContext().isSampled()) {
            return;
        }
        if (waiting.incrementAndGet() > ROOM) {
            waiting.decrementAndGet();
            drop(1, "it takes them too slowly");
        } else {
            batches.onEnd(span);
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    @Override
    public CompletableResultCode shutdown() {
        return batches.shutdown();
    }

    @Override
    public CompletableResultCode forceFlush() {
        return batches.forceFlush();
    }

    private void drop(int spans, String why) {
        dropped.addAndGet(spans);
        synchronized (this) {
            if (losing) {
                return;
            }
            losing = true;
        }
        LOG.log(Level.WARNING, "traces are dropped, because the collector at {0} does not take them: {1}", collector,
                why);
    }

    /** A batch was sent. The log says so if nothing was dropped since the last one that was sent after losses. */
    private void sent() {
        long all = dropped.get();
        synchronized (this) {
            boolean over = losing && all == droppedBefore;
            droppedBefore = all;
            if (!over) {
                return;
            }
            losing = false;
        }
        LOG.log(Level.INFO, "the collector at {0} takes traces again; {1} spans were dropped so far", collector, all);
    }

    /** Sends spans, and sees what becomes of them. */
    private final class Watched implements SpanExporter {
        private final SpanExporter exporter;

        Watched(SpanExporter exporter) {
            this.exporter = exporter;
        }

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            int count = spans.size();
            waiting.addAndGet(-count);
            CompletableResultCode result = exporter.export(spans);
            result.whenComplete(() -> {
                if (result.isSuccess()) {
                    sent();
                } else {
                    drop(count, ExporterLog.latest());
                }
            });
            return result;
        }

        @Override
        public CompletableResultCode flush() {
            return exporter.flush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return exporter.shutdown();
        }
    }
}
