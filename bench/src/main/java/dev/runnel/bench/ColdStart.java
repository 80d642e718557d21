package dev.runnel.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * Measures how long {@code runnel serve} and {@code runnel run} take from the process's start to a first token: as the launcher starts them,
 * as the same JVM without the launcher, and as that JVM without the build's cache of classes. Linux only; see the module's README.
 */
public final class ColdStart {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 1;
    private static final String KEY = "none-is-asked-for";

    private final Path launcher;
    private final int rounds;
    private final Path folder;
    private final URI model;
    private int started;

    private ColdStart(Path launcher, int rounds, Path folder, URI model) {
        this.launcher = launcher;
        this.rounds = rounds;
        this.folder = folder;
        this.model = model;
    }

    /**
     * The times of one start.
     *
     * @param ready nanoseconds until it took connections; as {@code token} for what serves nobody
     * @param token nanoseconds until its first token
     * @param cpu   nanoseconds of CPU time until then, of the process, which the kernel counts in steps of 10 ms
     */
    private record Start(long ready, long token, long cpu) {}

    /** A way to start something, and what it took. */
    private record Series(String what, String how, List<String> command, List<Start> starts) {}

    /** {@code --launcher ./runnel --rounds 10}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Arguments arguments = new Arguments(args);
        Path launcher = Path.of(arguments.text("launcher", "runnel")).toAbsolutePath();
        int rounds = arguments.integer("rounds", 10);
        arguments.rejectUnknown();
        Path folder = Files.createTempDirectory("runnel-cold-");
        try (PacedModelServer model = PacedModelServer.start(0, 3, Duration.ZERO)) {
            new ColdStart(launcher, rounds, folder, model.baseUri()).run();
        } finally {
            Folders.delete(folder);
        }
        System.exit(0);
    }

    private void run() throws IOException, InterruptedException {
        List<Series> all = new ArrayList<>();
        for (String what : List.of("serve", "run")) {
            List<String> launched = List.of(launcher.toString(), what);
            List<String> jvm = jvm(what, launched);
            all.add(new Series(what, "launcher", launched, new ArrayList<>()));
            all.add(new Series(what, "its JVM alone", jvm, new ArrayList<>()));
            all.add(new Series(what, "without the cache",
                    jvm.stream().filter(word -> !word.startsWith("-XX:AOTCache=")).toList(), new ArrayList<>()));
        }
        for (int round = 0; round < rounds; round++) {
            for (Series series : all) {
                series.starts.add(start(series.what, series.command).took);
            }
        }
        print(all);
    }

    /** The command line that the launcher becomes, up to the command's name; the first start also builds if it must. */
    private List<String> jvm(String what, List<String> launched) throws IOException, InterruptedException {
        List<String> words = start(what, launched).commandLine;
        return words.subList(0, words.indexOf(what) + 1);
    }

    private record Observed(Start took, List<String> commandLine) {}

    private Observed start(String what, List<String> command) throws IOException, InterruptedException {
        return what.equals("serve") ? serve(command) : tell(command);
    }

    /** Starts a server on a new database, and has it carry out a run. */
    private Observed serve(List<String> command) throws IOException, InterruptedException {
        int port = freePort();
        List<String> whole = new ArrayList<>(command);
        whole.addAll(List.of("--port", Integer.toString(port),
                "--database", "sqlite:" + folder.resolve("runnel-" + started++ + ".db"),
                "--model-url", model.toString()));
        long begin = System.nanoTime();
        Process process = launch(whole);
        try (TimedCalls api = new TimedCalls(URI.create("http://127.0.0.1:" + port + "/v1"))) {
            awaitListening(process, port);
            long ready = System.nanoTime() - begin;
            String assistant = api.post(KEY, "/assistants", "{\"model\": \"paced\"}").path("id").asText();
            long asked = System.nanoTime() - begin;
            long token = api.start(KEY, "/threads/runs", "{\"assistant_id\": \"" + assistant
                    + "\", \"stream\": true, \"thread\": {\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}}")
                    .token();
            return new Observed(new Start(ready, asked + token, cpu(process)), commandLine(process));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Starts a command that answers, with a server of its own, and waits for the first byte of the answer. */
    private Observed tell(List<String> command) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(List.of("--model-url", model.toString(), "hi"));
        long begin = System.nanoTime();
        Process process = launch(whole);
        try {
            if (process.getInputStream().read() < 0) {
                throw new IOException(whole + " said nothing");
            }
            long token = System.nanoTime() - begin;
            return new Observed(new Start(token, token, cpu(process)), commandLine(process));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private Process launch(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectError(folder.resolve("start.log").toFile()).start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private static void awaitListening(Process process, int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Socket probe = new Socket()) {
                probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                    throw e;
                }
                Thread.sleep(LOOK_MILLIS);
            }
        }
    }

    private static long cpu(Process process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    /** The launcher turns into the JVM: the process stays the same. */
    private static List<String> commandLine(Process process) throws IOException {
        String words = Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"),
                StandardCharsets.UTF_8);
        return List.of(words.split("\0", -1));
    }

    private static void print(List<Series> all) {
        System.out.println("| command | started by | ready, ms | first token, ms | CPU to there, ms |");
        System.out.println("|---|---|---|---|---|");
        for (Series series : all) {
            System.out.printf(Locale.ROOT, "| %s | %s | %s | %.0f | %.0f |%n", series.what, series.how,
                    series.what.equals("serve") ? String.format(Locale.ROOT, "%.0f", median(series, Start::ready))
                            : "–",
                    median(series, Start::token), median(series, Start::cpu));
        }
    }

    private static double median(Series series, ToLongFunction<Start> figure) {
        return Medians.of(series.starts.stream().mapToLong(figure).boxed().toList()) / 1e6;
    }
}
