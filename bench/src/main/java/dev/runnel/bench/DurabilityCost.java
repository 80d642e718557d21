package dev.runnel.bench;

import dev.runnel.bench.reliability.ServedProcess;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.AssistantRequest;
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
 * What {@code --durability full} costs beside {@code normal}: two servers that differ in nothing else get the same streams, by turns. See
 * the module's README. Ends with status 1 if a stream failed.
 */
public final class DurabilityCost {
    private static final int FORCES = 200;

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
        try (PacedModelServer model = PacedModelServer.start(0, tokens, interval);
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
        return ServedProcess.start(Files.createDirectory(folder.resolve(level)), model.baseUri(), List.of("-Xmx512m"),
                List.of("--durability", level));
    }

    /** A server under load. */
    private record Subject(String level, ServedProcess server, String assistant) {
        static Subject of(String level, ServedProcess server) throws IOException, InterruptedException {
            server.awaitListening();
            try (RunnelClient client = RunnelClient.builder().baseUrl(server.baseUri().toString()).apiKey(null)
                    .build()) {
                return new Subject(level, server,
                        client.assistants().create(AssistantRequest.builder("paced").build()).id());
            }
        }
    }

    /** One load for both, the first time to warm them up; no interval means all tokens at once. */
    private boolean compare(List<Subject> subjects, int count, Duration pace) throws IOException {
        System.out.printf("%n%d streams x %d tokens, %s; %d rounds%n", count, tokens,
                pace.isZero() ? "all at once" : "one every %.1f ms".formatted(pace.toNanos() / 1e6), rounds);
        List<Load> loads = new ArrayList<>();
        for (Subject subject : subjects) {
            Load load = new Load(subject, options(subject, count, pace));
            load.round();
            load.begin();
            loads.add(load);
        }
        for (int round = 0; round < rounds; round++) {
            for (Load load : round % 2 == 0 ? loads : loads.reversed()) {
                load.round();
            }
        }
        boolean passed = true;
        for (Load load : loads) {
            passed &= load.report();
        }
        return passed;
    }

    private LoadOptions options(Subject subject, int count, Duration pace) {
        return new LoadOptions(subject.server().baseUri(), LoadOptions.Kind.RUN, count, tokens, pace,
                interval.multipliedBy(count).dividedBy(10), Duration.ofSeconds(60), rounds, "paced", null, null, null);
    }

    /** What one server has been given, and how it went. */
    private static final class Load {
        private final Subject subject;
        private final LoadOptions options;
        private final List<LoadStream> streams = new ArrayList<>();
        private ProcessCpu cpu;
        private long nanos;

        Load(Subject subject, LoadOptions options) throws IOException {
            this.subject = subject;
            this.options = options;
            this.cpu = new ProcessCpu(subject.server().pid());
        }

        /** What was before does not count. */
        void begin() throws IOException {
            streams.clear();
            cpu = new ProcessCpu(subject.server().pid());
            nanos = 0;
        }

        void round() throws IOException {
            String prompt = options.interval().isZero() ? "hurry" : "go";
            String body = """
                    {"assistant_id":"%s","stream":true,"thread":{"messages":[{"role":"user","content":"%s"}]}}"""
                    .formatted(subject.assistant(), prompt);
            try (LoadClient client = new LoadClient(options, "/threads/runs", body)) {
                long start = System.nanoTime();
                streams.addAll(client.run());
                nanos += System.nanoTime() - start;
            }
        }

        boolean report() throws IOException {
            LoadReport report = new LoadReport(streams, options.interval());
            System.out.print(subject.level() + ": " + report.text(Duration.ofNanos(nanos)));
            System.out.println("cpu of the server: " + cpu.since(report.tokenEvents()));
            return !report.failed();
        }
    }
}
