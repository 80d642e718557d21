package dev.runnel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Processes of this machine: what they take together. Linux only. Immutable. */
public final class ProcessTree {
    private static final int UTIME = 11;
    private static final int STIME = 12;
    private static final long MILLIS_PER_TICK = 10;

    private final List<Path> processes;

    private ProcessTree(Stream<ProcessHandle> processes) {
        this.processes = processes.map(process -> Path.of("/proc", Long.toString(process.pid()))).toList();
    }

    /** Of a process that there is and those that it has started by now. */
    public static ProcessTree of(long pid) {
        ProcessHandle root = ProcessHandle.of(pid).orElseThrow();
        return new ProcessTree(Stream.concat(Stream.of(root), root.descendants()));
    }

    /** Of a process without those that it started. */
    public static ProcessTree alone(long pid) {
        return new ProcessTree(ProcessHandle.of(pid).stream());
    }

    /** Of no process: takes nothing. */
    public static ProcessTree none() {
        return new ProcessTree(Stream.empty());
    }

    /** User and system time since they began; it moves in steps of 10 ms. */
    public long cpuMillis() throws IOException {
        long ticks = 0;
        for (Path process : processes) {
            String text = Files.readString(process.resolve("stat"));
            // The process's name is in parentheses and may contain blanks: count from its end.
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
            ticks += Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
        }
        return ticks * MILLIS_PER_TICK;
    }

    /** The memory that is in use; what processes share counts for each. */
    public long rssBytes() throws IOException {
        long kibibytes = 0;
        for (Path process : processes) {
            kibibytes += status(process, "VmRSS:");
        }
        return kibibytes * 1024;
    }

    private static long status(Path process, String name) throws IOException {
        try (Stream<String> lines = Files.lines(process.resolve("status"))) {
            return lines.filter(line -> line.startsWith(name)).findFirst()
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .orElseThrow(() -> new IOException("the system does not tell " + name));
        }
    }
}
