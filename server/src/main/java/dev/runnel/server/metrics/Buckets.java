package dev.runnel.server.metrics;

import java.time.Duration;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** The bounds of histograms, as OpenTelemetry's conventions for generative AI have them. */
final class Buckets {
    /** From 10 ms, doubling, to 81.92 s. */
    static final Duration[] DURATIONS = Stream.iterate(Duration.ofMillis(10), bound -> bound.multipliedBy(2))
            .limit(14).toArray(Duration[]::new);

    /** From 1 token, times four, to 67,108,864. */
    static final double[] TOKENS = DoubleStream.iterate(1, bound -> bound * 4).limit(14).toArray();

    private Buckets() {}
}
