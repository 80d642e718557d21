package dev.runnel.bench.reliability;

import dev.runnel.bench.ProcessTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The resources that a server takes of the machine. Linux only.
 *
 * @param liveBytes of objects that are reachable
 * @param rssBytes  of memory that is in use
 * @param threads   of the system's
 * @param handles   open files and connections
 * @param diskBytes of the database, its files and what it says
 */
record ServerFigures(long liveBytes, long rssBytes, long threads, long handles, long diskBytes) {
    private static final double MIB = 1 << 20;

    /** The figures of a process after a full garbage collection. */
    static ServerFigures of(long pid, Path folder) throws IOException {
        long live = liveBytes(pid);
        Path process = Path.of("/proc", Long.toString(pid));
        return new ServerFigures(live, ProcessTree.of(pid).rssBytes(), count(process.resolve("task")),
                count(process.resolve("fd")), diskBytes(folder));
    }

    /** The histogram of live objects is made after a collection; its last line has the sum. */
    private static long liveBytes(long pid) throws IOException {
        Process histogram = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid),
                "GC.class_histogram").redirectErrorStream(true).start();
        String last = "";
        try (var lines = histogram.inputReader()) {
            last = lines.lines().filter(line -> line.startsWith("Total")).findFirst().orElse(last);
        }
        List<String> words = List.of(last.split("\\s+", -1));
        if (words.size() < 3) {
            throw new IOException("jcmd tells nothing about the process " + pid);
        }
        return Long.parseLong(words.get(2));
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    private static long diskBytes(Path folder) throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try {
                    sum += Files.size(file);
                } catch (NoSuchFileException e) {
                    // Removed meanwhile.
                }
            }
        }
        return sum;
    }

    static String heading() {
        return "%12s %9s %9s %9s %10s".formatted("live MiB", "RSS MiB", "threads", "handles", "disk MiB");
    }

    String row() {
        return String.format(Locale.ROOT, "%12.1f %9.0f %9d %9d %10.1f", liveBytes / MIB, rssBytes / MIB, threads,
                handles, diskBytes / MIB);
    }
}
