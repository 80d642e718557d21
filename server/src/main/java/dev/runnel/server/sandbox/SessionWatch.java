package dev.runnel.server.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Ends sessions whose processes together take more memory than they may, or work on though they have no call. Without control
 * groups, the kernel's limits are for one process each. For one thread.
 */
final class SessionWatch implements Runnable {
    /** How much processor time a session may use without a call. */
    private static final Duration AT_REST = Duration.ofSeconds(2);

    private static final long PAGE = 4096;

    /** A process's memory without that of files, of which a page that n processes share counts as the nth part of a page. */
    private static final Pattern PROPORTIONAL = Pattern.compile("Pss_Anon:\\s+(\\d+) kB");

    private final SandboxLimits limits;
    private final Supplier<Map<PythonProcess, Boolean>> sessions;

    /** By session without a call, the processor time that it had used when its call had just ended. */
    private final Map<PythonProcess, Duration> usedBefore = new HashMap<>();

    /**
     * A watch.
     *
     * @param sessions tells of each session whether it has a call
     */
    SessionWatch(SandboxLimits limits, Supplier<Map<PythonProcess, Boolean>> sessions) {
        this.limits = limits;
        this.sessions = sessions;
    }

    private record Use(long memory, Duration cpu) {
        Use plus(Use other) {
            return new Use(memory + other.memory, cpu.plus(other.cpu));
        }
    }

    @Override
    public void run() {
        Map<PythonProcess, Boolean> now = sessions.get();
        usedBefore.keySet().retainAll(now.keySet());
        now.forEach(this::look);
    }

    private void look(PythonProcess process, boolean called) {
        Use use = use(process);
        if (process.ranOutOfMemory() || (use.memory() > limits.memory() && exactMemory(process) > limits.memory())) {
            process.kill(limits.tooMuchMemory());
        }
        if (called) {
            usedBefore.remove(process);
            return;
        }
        Duration before = usedBefore.computeIfAbsent(process, _ -> use.cpu());
        if (use.cpu().minus(before).compareTo(AT_REST) > 0) {
            process.kill("It worked on after its call.");
        }
    }

    private static Use use(PythonProcess process) {
        try (Stream<ProcessHandle> all = process.handle().descendants()) {
            return all.map(one -> new Use(memory(one.pid()), one.info().totalCpuDuration().orElse(Duration.ZERO)))
                    .reduce(new Use(0, Duration.ZERO), Use::plus);
        }
    }

    /** The memory of a process without that of files, in bytes. Pages that it shares since a fork count for each process. */
    private static long memory(long pid) {
        try {
            String[] pages = Files.readString(Path.of("/proc/" + pid + "/statm")).split(" ", 4);
            return Math.max(0, Long.parseLong(pages[1]) - Long.parseLong(pages[2])) * PAGE;
        } catch (IOException | NumberFormatException e) {
            return 0; // it has ended
        }
    }

    /** The memory of all processes, each page once. The kernel takes far longer to count it. */
    private static long exactMemory(PythonProcess process) {
        try (Stream<ProcessHandle> all = process.handle().descendants()) {
            return all.mapToLong(one -> shareOfMemory(one.pid())).sum();
        }
    }

    private static long shareOfMemory(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
            return lines.map(PROPORTIONAL::matcher).filter(Matcher::matches)
                    .mapToLong(line -> Long.parseLong(line.group(1)) << 10).findFirst().orElseGet(() -> memory(pid));
        } catch (IOException | UncheckedIOException e) {
            return memory(pid); // it has ended, or the kernel does not tell
        }
    }
}
