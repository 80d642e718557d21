package dev.runnel.bench.clients;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The measurements of one process, printed on standard output as {@code name=value} on one line.
 *
 * <p>{@code BASE_URL cold TOKENS STARTED_MILLIS} streams one chat completion: the way to its first text, and the most memory
 * that it took.
 *
 * <p>{@code BASE_URL chat|run TOKENS WARM_UP_SECONDS SECONDS PACED_SECONDS} streams replies one after the other, first as fast
 * as they are read, then at the server's pace: CPU time of the whole process, compiler and collector included, and bytes
 * allocated by all of its threads.
 */
public final class Fork {
    /** The message that the server answers as fast as it is read. */
    private static final String HURRY = "hurry";

    private static final long MILLIS_PER_TICK = 10;
    private static final int UTIME = 11;
    private static final int STIME = 12;

    private final StreamingClient client;
    private final String task;
    private final int tokens;

    private Fork(StreamingClient client, String task, int tokens) {
        this.client = client;
        this.task = task;
        this.tokens = tokens;
    }

    /** Measures, and ends the process, whatever threads the client leaves behind. */
    public static void run(StreamingClient client, String... args) throws Exception {
        Fork fork = new Fork(client, args[1], Integer.parseInt(args[2]));
        if (args[1].equals("cold")) {
            fork.cold(Long.parseLong(args[3]));
        } else {
            fork.stream(HURRY, Double.parseDouble(args[3]));
            String fast = fork.steady(HURRY, Double.parseDouble(args[4]), "");
            System.out.println(fast + " " + fork.steady("go", Double.parseDouble(args[5]), "paced-"));
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private void cold(long startedMillis) throws Exception {
        FirstText first = new FirstText(startedMillis);
        client.chat(HURRY, first);
        first.check(tokens);
        long peak = peakMegabytes();
        System.out.println("cold-wall=" + first.wallMillis + " cold-cpu=" + first.cpuMillis + " rss=" + peak);
    }

    private String steady(String prompt, double seconds, String prefix) throws Exception {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long cpu = system.getProcessCpuTime();
        long bytes = threads.getTotalThreadAllocatedBytes();
        long events = stream(prompt, seconds);
        cpu = system.getProcessCpuTime() - cpu;
        bytes = threads.getTotalThreadAllocatedBytes() - bytes;
        return String.format(Locale.ROOT, "%scpu=%.3f %sbytes=%.1f", prefix, cpu / 1e3 / events, prefix,
                (double) bytes / events);
    }

    /** Whole replies until the time is over; answers how many events of text they had. */
    private long stream(String prompt, double seconds) throws Exception {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long events = 0;
        do {
            Texts texts = new Texts();
            if (task.equals("run")) {
                client.run(prompt, texts);
            } else {
                client.chat(prompt, texts);
            }
            texts.check(tokens);
            events += tokens;
        } while (System.nanoTime() < end);
        return events;
    }

    private static long cpuMillis() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        // The process's name is in parentheses and may contain blanks: count from its end.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * MILLIS_PER_TICK;
    }

    private static long peakMegabytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
            }
        }
        throw new IOException("no VmHWM in /proc/self/status");
    }

    /** Counts, so that no client gets away with less than all of a reply. */
    private static class Texts implements Consumer<String> {
        private int count;

        @Override
        public void accept(String text) {
            if (!text.isEmpty()) {
                count++;
            }
        }

        void check(int tokens) {
            if (count != tokens) {
                throw new IllegalStateException(count + " texts instead of " + tokens);
            }
        }
    }

    /** Takes the time at the first. */
    private static final class FirstText extends Texts {
        private final long startedMillis;
        private long wallMillis;
        private long cpuMillis;

        FirstText(long startedMillis) {
            this.startedMillis = startedMillis;
        }

        @Override
        public void accept(String text) {
            if (wallMillis == 0 && !text.isEmpty()) {
                wallMillis = System.currentTimeMillis() - startedMillis;
                try {
                    cpuMillis = cpuMillis();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
            super.accept(text);
        }
    }
}
