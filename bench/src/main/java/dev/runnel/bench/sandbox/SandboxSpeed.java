package dev.runnel.bench.sandbox;

import dev.runnel.bench.Arguments;
import dev.runnel.server.sandbox.LocalSandbox;
import dev.runnel.server.sandbox.SandboxLimits;
import dev.runnel.server.sandbox.Session;
import dev.runnel.server.time.SystemTimers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measures the sandbox for Python, as the code interpreter uses it: what the first call of a thread takes, what a later call
 * takes, and how much memory sessions take. Prints a table.
 */
public final class SandboxSpeed {
    private static final String PLOT = "import numpy, pandas, matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()";
    private static final int MILLIS_BETWEEN_THREADS = 1_000;

    private SandboxSpeed() {}

    /** The command. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Arguments arguments = new Arguments(args);
        int rounds = arguments.integer("rounds", 20);
        int sessions = arguments.integer("sessions", 50);
        arguments.rejectUnknown();
        System.out.println("| | median | 95th percentile | most |\n|---|---|---|---|");
        try (LocalSandbox sandbox = LocalSandbox.open(SandboxLimits.DEFAULTS.sessions(sessions), SystemTimers.get())) {
            print("first call of a thread, ms", first(sandbox, rounds, MILLIS_BETWEEN_THREADS));
            print("first call right after another thread's first, ms", first(sandbox, rounds, 0));
            print("later call, ms", later(sandbox, 50 * rounds));
        }
        memory(sessions, "1");
        memory(10, PLOT);
    }

    private static List<Double> first(LocalSandbox sandbox, int rounds, int pause) throws InterruptedException {
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            Thread.sleep(pause);
            long begun = System.nanoTime();
            try (Session session = sandbox.begin()) {
                require(session, "1");
                times.add(millis(begun));
                session.kill();
            }
        }
        return times;
    }

    private static List<Double> later(LocalSandbox sandbox, int rounds) throws InterruptedException {
        List<Double> times = new ArrayList<>();
        String id;
        try (Session session = sandbox.begin()) {
            id = session.id();
        }
        for (int i = 0; i < rounds; i++) {
            long begun = System.nanoTime();
            try (Session session = sandbox.resume(id).orElseThrow()) {
                require(session, "1");
            }
            times.add(millis(begun));
        }
        sandbox.end(id);
        return times;
    }

    private static void require(Session session, String code) throws InterruptedException {
        String output = session.run(code).output();
        if (code.equals("1") && !output.equals("1\n")) {
            throw new IllegalStateException("the code printed " + output);
        }
    }

    private static double millis(long begun) {
        return (System.nanoTime() - begun) / 1e6;
    }

    private static void print(String what, List<Double> times) {
        double[] sorted = times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        System.out.printf(Locale.ROOT, "| %s | %.1f | %.1f | %.1f |%n", what, sorted[sorted.length / 2],
                sorted[sorted.length * 95 / 100], sorted[sorted.length - 1]);
    }

    /** Keeps so many sessions at once, each with a call behind it. */
    private static void memory(int sessions, String code) throws IOException, InterruptedException {
        try (LocalSandbox sandbox = LocalSandbox.open(SandboxLimits.DEFAULTS.sessions(sessions), SystemTimers.get())) {
            for (int i = 0; i < sessions; i++) {
                try (Session session = sandbox.begin()) {
                    require(session, code);
                }
            }
            long bytes = 0;
            for (ProcessHandle process : ProcessHandle.current().descendants().toList()) {
                bytes += share(process.pid());
            }
            System.out.printf(Locale.ROOT, "%n%d sessions at once, %s: %d MiB in all, %.1f MiB each%n", sandbox.size(),
                    code.equals("1") ? "with the standard library" : "with numpy, pandas and matplotlib", bytes >> 20,
                    bytes / (double) (1 << 20) / sessions);
        }
    }

    /** The memory of a process, of what it shares with others its part, in bytes. */
    private static long share(long pid) throws IOException {
        Path file = Path.of("/proc/" + pid + "/smaps_rollup");
        return Files.readAllLines(file).stream().filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> Long.parseLong(Arrays.asList(line.split("\\s+")).get(1)) << 10).sum();
    }
}
