package dev.runnel.server.metrics;

import dev.runnel.model.ModelException;
import dev.runnel.protocol.chat.ChatUsage;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/** One call of a model, from its beginning to its end. One thread reads the reply; any thread may end the call. */
final class MeteredCall {
    private final ModelMetrics metrics;
    private final String model;
    private final long begun = System.nanoTime();
    private final AtomicBoolean over = new AtomicBoolean();
    private boolean answered;

    /** A call that begins now. */
    MeteredCall(ModelMetrics metrics, String model) {
        this.metrics = metrics;
        this.model = metrics.name(model);
    }

    /** A part of the reply has arrived. */
    void arrived() {
        if (!answered) {
            answered = true;
            metrics.firstChunk(model, took());
        }
    }

    void used(ChatUsage usage) {
        metrics.used(model, usage);
    }

    /** The reply is whole. */
    void whole() {
        end("");
    }

    /** The call was closed before the reply was whole. Does nothing if the call is over. */
    void closed() {
        end("cancelled");
    }

    /** The call failed. Returns the failure. */
    ModelException failed(ModelException failure) {
        end(failure.kind().name().toLowerCase(Locale.ROOT));
        return failure;
    }

    private void end(String error) {
        if (over.compareAndSet(false, true)) {
            metrics.ended(model, took(), error);
        }
    }

    private Duration took() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
