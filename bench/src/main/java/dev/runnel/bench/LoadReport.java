package dev.runnel.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** The figures of one round. */
final class LoadReport {
    private final List<LoadStream> streams;
    private final long intervalNanos;

    LoadReport(List<LoadStream> streams, Duration interval) {
        this.streams = streams;
        this.intervalNanos = interval.toNanos();
    }

    boolean failed() {
        return streams.stream().anyMatch(stream -> stream.failure() != null);
    }

    int tokenEvents() {
        return streams.stream().mapToInt(LoadStream::tokenEvents).sum();
    }

    String text(Duration total) {
        long failures = streams.stream().filter(stream -> stream.failure() != null).count();
        int tokens = streams.stream().mapToInt(stream -> stream.arrivals().length).sum();
        int events = streams.stream().mapToInt(LoadStream::events).sum();
        var text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "streams %d, failed %d; tokens %d in %d events, all events %d; %.2f s%n",
                streams.size(), failures, tokens, tokenEvents(), events, total.toNanos() / 1e9));
        text.append(Distribution.heading()).append('\n');
        text.append(distribution(this::gaps).row("gap - pace")).append('\n');
        text.append(distribution(this::lags).row("lag behind schedule")).append('\n');
        text.append(distribution(LoadReport::firstToken).row("first token")).append('\n');
        failureCounts().forEach(line -> text.append(line).append('\n'));
        return text.toString();
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

    /** How late each token was, on the schedule on which the stream's most punctual token was not late at all. */
    private long[] lags(LoadStream stream) {
        var lags = stream.arrivals();
        Arrays.setAll(lags, i -> lags[i] - i * intervalNanos);
        long punctual = Arrays.stream(lags).min().orElse(0);
        Arrays.setAll(lags, i -> lags[i] - punctual);
        return lags;
    }

    private static long[] firstToken(LoadStream stream) {
        return Arrays.stream(stream.arrivals()).limit(1).map(arrival -> arrival - stream.sentNanos()).toArray();
    }

    private List<String> failureCounts() {
        return streams.stream().map(LoadStream::failure).filter(Objects::nonNull)
                .collect(Collectors.groupingBy(failure -> failure, Collectors.counting()))
                .entrySet().stream().map(entry -> entry.getValue() + " x " + entry.getKey()).toList();
    }
}
