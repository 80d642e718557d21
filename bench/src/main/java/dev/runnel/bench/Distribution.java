package dev.runnel.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Percentiles of times. Immutable. */
public final class Distribution {
    private final long[] sorted;

    /** @param nanos in any order */
    public Distribution(List<long[]> nanos) {
        sorted = nanos.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    }

    /** The smallest time that is not below so many percent of all, in milliseconds; NaN if there is none. */
    public double millis(double percent) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(sorted.length * percent / 100);
        return sorted[Math.max(rank, 1) - 1] / 1e6;
    }

    /** The line above rows. */
    public static String heading() {
        return "%-22s %9s %9s %9s %9s %9s".formatted("ms", "p50", "p90", "p99", "p99.9", "max");
    }

    /** One line of a table. */
    public String row(String name) {
        return String.format(Locale.ROOT, "%-22s %9.3f %9.3f %9.3f %9.3f %9.3f", name, millis(50), millis(90),
                millis(99),
                millis(99.9), millis(100));
    }
}
