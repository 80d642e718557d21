package dev.runnel.bench.relay;

import dev.runnel.bench.Distribution;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The figures of one round. */
final class LoadReport {
    private static final int STALL_INTERVALS = 10;

    private final List<LoadStream> streams;
    private final long intervalNanos;

    LoadReport(List<LoadStream> streams, Duration interval) {
        this.streams = streams;
        this.intervalNanos = interval.toNanos();
    }

    int failed() {
        return (int) streams.stream().filter(stream -> stream.failure() != null).count();
    }

    private int tokenEvents() {
        return streams.stream().mapToInt(LoadStream::tokenEvents).sum();
    }

    int tokens() {
        return streams.stream().mapToInt(LoadStream::tokens).sum();
    }

    String text(Duration total) {
        int tokens = tokens();
        int events = streams.stream().mapToInt(LoadStream::events).sum();
        var text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "streams %d, failed %d; tokens %d in %d events, all events %d; %.2f s%n",
                streams.size(), failed(), tokens, tokenEvents(), events, total.toNanos() / 1e9));
        text.append(Distribution.heading()).append('\n');
        text.append(distribution(this::gaps).row("gap - pace")).append('\n');
        text.append(lags().row("lag")).append('\n');
        text.append(firstTokens().row("first token")).append('\n');
        failures().forEach((reason, count) -> text.append(count).append(" x ").append(reason).append('\n'));
        return text.toString();
    }

    Distribution lags() {
        return distribution(LoadReport::lags);
    }

    Distribution firstTokens() {
        return distribution(LoadReport::firstToken);
    }

    /** Streams with a pause of more than ten intervals between two tokens. */
    int stalled() {
        long longest = (STALL_INTERVALS - 1) * intervalNanos; // as a gap is less the pace
        return (int) streams.stream()
                .filter(stream -> intervalNanos > 0 && Arrays.stream(gaps(stream)).anyMatch(gap -> gap > longest))
                .count();
    }

    private interface Times {
        long[] of(LoadStream stream);
    }

    private Distribution distribution(Times times) {
        return new Distribution(streams.stream().map(times::of).toList());
    }

    /** From each token to the next, less the pace. */
    private long[] gaps(LoadStream stream) {
        var arrivals = stream.arrivals();
        var gaps = new long[Math.max(arrivals.length - 1, 0)];
        Arrays.setAll(gaps, i -> arrivals[i + 1] - arrivals[i] - intervalNanos);
        return gaps;
    }

    /** From the model's writing of each token to its arrival. */
    private static long[] lags(LoadStream stream) {
        var lags = stream.arrivals();
        var stamps = stream.stamps();
        Arrays.setAll(lags, i -> lags[i] - stamps[i]);
        return lags;
    }

    private static long[] firstToken(LoadStream stream) {
        return Arrays.stream(stream.arrivals()).limit(1).map(arrival -> arrival - stream.sentNanos()).toArray();
    }

    /** The failures, and how often each happened. */
    Map<String, Integer> failures() {
        return streams.stream().map(LoadStream::failure).filter(Objects::nonNull)
                .collect(Collectors.toMap(failure -> failure, failure -> 1, Integer::sum));
    }
}
