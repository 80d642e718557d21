package dev.runnel.server.traces.otlp;

import io.opentelemetry.sdk.trace.IdGenerator;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * The ids of new traces. That of a run is made from the run's id: so all that any node does for a run is one trace, at any time, and whoever
 * knows the run finds the trace. Thread-safe.
 */
final class TraceIds implements IdGenerator {
    private static final int BYTES = 16;
    private static final ScopedValue<String> RUN = ScopedValue.newInstance();

    private final IdGenerator random = IdGenerator.random();

    /** Begins a span. If that begins a trace, it is the trace of this run. */
    <T> T ofRun(String runId, Supplier<T> beginning) {
        return ScopedValue.where(RUN, runId).call(beginning::get);
    }

    @Override
    public String generateTraceId() {
        return RUN.isBound() ? hash(RUN.get()) : random.generateTraceId();
    }

    /** The first half of the id's SHA-256. Ids of runs are random, and so are these, as sampling wants it. */
    private static String hash(String runId) {
        try {
            byte[] whole = MessageDigest.getInstance("SHA-256").digest(runId.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(whole, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has SHA-256
        }
    }

    @Override
    public String generateSpanId() {
        return random.generateSpanId();
    }
}
