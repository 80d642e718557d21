package dev.runnel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The CPU time, user and system, that a process of this machine takes from now on. Linux only; in steps of 10 ms. */
final class ProcessCpu {
    private static final int UTIME = 11;
    private static final int STIME = 12;
    private static final long MILLIS_PER_TICK = 10;

    private final Path stat;
    private final long startMillis;

    ProcessCpu(long pid) throws IOException {
        stat = Path.of("/proc/" + pid + "/stat");
        startMillis = millis();
    }

    /** In all, and per event. */
    String since(int events) throws IOException {
        long millis = millis() - startMillis;
        return String.format(Locale.ROOT, "%.2f s, %.1f us per token event", millis / 1e3, millis * 1e3 / events);
    }

    /** In microseconds per event. */
    double microsPer(long events) throws IOException {
        return (millis() - startMillis) * 1e3 / events;
    }

    private long millis() throws IOException {
        var text = Files.readString(stat);
        // The process's name is in parentheses and may contain blanks: count from its end.
        var fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * MILLIS_PER_TICK;
    }
}
