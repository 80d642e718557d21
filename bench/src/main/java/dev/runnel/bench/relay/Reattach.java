package dev.runnel.bench.relay;

import dev.runnel.bench.Arguments;
import dev.runnel.bench.PacedModelServer;
import dev.runnel.bench.ProcessTree;
import dev.runnel.bench.ServedProcess;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.ThreadRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the streams of runs that have ended again, from their beginning, one after the other, and tells how fast they come. See the
 * module's README.
 */
public final class Reattach {
    /** Of a run that says a word: what its stream has beside the deltas. */
    private static final int OTHER_EVENTS = 11;

    private final int[] sizes;
    private final Duration span;
    private final int rounds;

    private Reattach(Arguments arguments) {
        sizes = Arrays.stream(arguments.text("events", "100,10000,100000").split(",", -1))
                .mapToInt(Integer::parseInt).toArray();
        span = Duration.ofSeconds(arguments.integer("seconds", 5));
        rounds = arguments.integer("rounds", 3);
        arguments.rejectUnknown();
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        new Reattach(new Arguments(args)).run();
        System.exit(0);
    }

    private void run() throws IOException, InterruptedException {
        System.out.printf("%8s %6s %9s %10s %8s %9s %14s %14s%n", "events", "round", "streams", "events/s", "MiB/s",
                "B/event", "server us/ev.", "reader us/ev.");
        for (int size : sizes) {
            Path folder = Files.createTempDirectory("runnel-reattach-");
            try (PacedModelServer model = PacedModelServer.start(0, size - OTHER_EVENTS, Duration.ZERO);
                    ServedProcess server = ServedProcess.runnel(folder, model.baseUri(), List.of("-Xmx512m"),
                            List.of())) {
                server.awaitListening();
                Run run = newRun(server.baseUri());
                String path = "/v1/threads/" + run.threadId() + "/runs/" + run.id() + "?stream=true";
                CountingReader reader = new CountingReader(server.baseUri().resolve("/"), path);
                for (int round = 1; round <= rounds; round++) {
                    round(size, round, reader, server.pid());
                }
            }
        }
    }

    private static Run newRun(URI server) throws IOException {
        try (RunnelClient client = RunnelClient.builder().baseUrl(server.toString()).apiKey(null).build()) {
            String assistant = client.assistants().create(AssistantRequest.builder("paced").build()).id();
            Run begun = client.runs().createWithThread(RunRequest.builder(assistant)
                    .thread(ThreadRequest.of(MessageRequest.user("go")))
                    .build());
            Run run = client.runs().await(begun.threadId(), begun.id());
            if (run.status() != RunStatus.COMPLETED) {
                throw new IOException("the run is " + run.status() + ": " + run.lastError());
            }
            return run;
        }
    }

    private void round(int size, int round, CountingReader reader, long serverPid) throws IOException {
        ProcessTree server = ProcessTree.alone(serverPid);
        ProcessTree self = ProcessTree.alone(ProcessHandle.current().pid());
        long serverMillis = server.cpuMillis();
        long selfMillis = self.cpuMillis();
        long bytes = reader.bytes();
        long streams = 0;
        long events = 0;
        long start = System.nanoTime();
        while (System.nanoTime() - start < span.toNanos()) {
            long had = reader.read();
            if (had != size) {
                throw new IOException("a stream had " + had + " events instead of " + size);
            }
            events += had;
            streams++;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        bytes = reader.bytes() - bytes;
        System.out.printf("%8d %6d %,9d %,10.0f %8.1f %9.0f %14.2f %14.2f%n", size, round, streams, events / seconds,
                bytes / seconds / (1 << 20), (double) bytes / events,
                (server.cpuMillis() - serverMillis) * 1e3 / events, (self.cpuMillis() - selfMillis) * 1e3 / events);
    }
}
