package dev.runnel.bench.reliability;

import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** Reads a run of the paced model, and notes when each token came. */
final class PaceReader {
    private final RunnelClient client;
    private final CompletableFuture<RunRef> run = new CompletableFuture<>();

    // Guarded by this.
    private long[] arrivals = new long[1_024];
    private int tokens;

    PaceReader(RunnelClient client) {
        this.client = client;
    }

    /** Creates the run and reads until its end, or until the client is closed. */
    void read(String assistantId) {
        RunRequest request = RunRequest.builder(assistantId)
                .thread(ThreadRequest.of(MessageRequest.user("go")))
                .build();
        try (RunStream stream = client.runs().streamWithThread(request)) {
            for (RunEvent event : stream) {
                if (event instanceof RunEvent.RunChanged changed) {
                    run.complete(RunRef.of(changed.run()));
                } else if (event instanceof RunEvent.MessageDelta) {
                    arrived(System.nanoTime());
                }
            }
        }
    }

    private synchronized void arrived(long nanos) {
        if (tokens == arrivals.length) {
            arrivals = Arrays.copyOf(arrivals, tokens * 2);
        }
        arrivals[tokens++] = nanos;
    }

    /** Waits until its run is there. */
    RunRef run() {
        return run.join();
    }

    /**
     * How late the tokens were that came in a span of time, in nanoseconds, on the schedule on which the most punctual one was not late.
     */
    synchronized long[] lags(long intervalNanos, long from, long to) {
        long earliest = Long.MAX_VALUE;
        for (int i = 0; i < tokens; i++) {
            earliest = Math.min(earliest, arrivals[i] - i * intervalNanos);
        }
        long[] lags = new long[tokens];
        int count = 0;
        for (int i = 0; i < tokens; i++) {
            if (arrivals[i] - from >= 0 && arrivals[i] - to < 0) {
                lags[count++] = arrivals[i] - i * intervalNanos - earliest;
            }
        }
        return Arrays.copyOf(lags, count);
    }
}
