package dev.runnel.bench.relay;

import dev.runnel.bench.Arguments;
import dev.runnel.bench.Distribution;
import dev.runnel.bench.PacedModelServer;
import dev.runnel.bench.ProcessTree;
import dev.runnel.bench.ServedProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures the cost of {@code --durability full} beside {@code normal}: two servers that differ in nothing else get the same streams, by turns. See
 * the module's README. Ends with status 1 if a stream failed.
 */
public final class DurabilityCost {
    private static final int FORCES = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int[] streams;
    private final int tokens;
    private final Duration interval;
    private final int rounds;
    private final Path folder;

    private DurabilityCost(Arguments arguments) throws IOException {
        streams = Arrays.stream(arguments.text("streams", "1,10,100").split(",", -1))
                .mapToInt(Integer::parseInt).toArray();
        tokens = arguments.integer("tokens", 200);
        interval = arguments.millis("interval-ms", 10);
        rounds = arguments.integer("rounds", 6);
        folder = Files.createTempDirectory(Path.of(arguments.text("folder", System.getProperty("java.io.tmpdir"))),
                "runnel-durability-");
        arguments.rejectUnknown();
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        System.exit(new DurabilityCost(new Arguments(args)).run() ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException {
        System.out.println(new Distribution(List.of(forces())).row("4 KiB to the disk") + "  " + folder);
        boolean passed = true;
        try (PacedModelServer model = PacedModelServer.startStamped(0, tokens, interval);
                ServedProcess normal = serve("normal", model);
                ServedProcess full = serve("full", model)) {
            List<Subject> subjects = List.of(Subject.of("normal", normal), Subject.of("full", full));
            for (int count : streams) {
                passed &= compare(subjects, count, interval);
            }
            passed &= compare(subjects, streams[streams.length - 1], Duration.ZERO);
        }
        return passed;
    }

    /** How long it takes each time until a little more of a file has reached the disk: what a commit has to wait for. */
    private long[] forces() throws IOException {
        long[] nanos = new long[FORCES];
        try (FileChannel file = FileChannel.open(folder.resolve("forced"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
            for (int i = 0; i < FORCES; i++) {
                long start = System.nanoTime();
                file.write(ByteBuffer.allocate(4 * 1024));
                file.force(false);
                nanos[i] = System.nanoTime() - start;
            }
        }
        return nanos;
    }

    private ServedProcess serve(String level, PacedModelServer model) throws IOException {
        return ServedProcess.runnel(Files.createDirectory(folder.resolve(level)), model.baseUri(), List.of("-Xmx512m"),
                List.of("--durability", level));
    }

    /** A server under load. */
    private record Subject(String level, ServedProcess server, Endpoint endpoint) {
        static Subject of(String level, ServedProcess server) throws IOException, InterruptedException {
            server.awaitListening();
            return new Subject(level, server, Endpoint.run(server.baseUri(), "paced", null));
        }
    }

    /** One load for both, the first time to warm them up; no interval means all tokens at once. */
    private boolean compare(List<Subject> subjects, int count, Duration pace) throws IOException {
        System.out.printf("%n%d streams x %d tokens, %s; %d rounds%n", count, tokens,
                pace.isZero() ? "all at once" : "one every %.1f ms".formatted(pace.toNanos() / 1e6), rounds);
        Load load = new Load(count, tokens, pace, interval.multipliedBy(count).dividedBy(10), PATIENCE);
        for (Subject subject : subjects) {
            new Turns(subject, load).take();
        }
        List<Turns> turns = new ArrayList<>();
        for (Subject subject : subjects) {
            turns.add(new Turns(subject, load));
        }
        for (int round = 0; round < rounds; round++) {
            for (Turns each : round % 2 == 0 ? turns : turns.reversed()) {
                each.take();
            }
        }
        boolean passed = true;
        for (Turns each : turns) {
            passed &= each.report();
        }
        return passed;
    }

    /** The turns of one server, and their results. */
    private static final class Turns {
        private final Subject subject;
        private final Load load;
        private final ProcessTree process;
        private final List<LoadStream> streams = new ArrayList<>();
        private long cpuMillis;
        private long nanos;

        Turns(Subject subject, Load load) {
            this.subject = subject;
            this.load = load;
            this.process = ProcessTree.of(subject.server().pid());
        }

        void take() throws IOException {
            Endpoint endpoint = load.interval().isZero() ? subject.endpoint().hurried() : subject.endpoint();
            try (LoadClient client = new LoadClient(load, endpoint)) {
                long start = System.nanoTime();
                long cpu = process.cpuMillis();
                streams.addAll(client.run(new Meter(load, process, ProcessTree.none())));
                cpuMillis += process.cpuMillis() - cpu;
                nanos += System.nanoTime() - start;
            }
        }

        boolean report() {
            LoadReport report = new LoadReport(streams, load.interval());
            System.out.print(subject.level() + ": " + report.text(Duration.ofNanos(nanos)));
            System.out.printf("cpu of the server: %.1f us per token%n", cpuMillis * 1e3 / report.tokens());
            return report.failed() == 0;
        }
    }
}
