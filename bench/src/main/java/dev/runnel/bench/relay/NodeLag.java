package dev.runnel.bench.relay;

import dev.runnel.bench.Arguments;
import dev.runnel.bench.Distribution;
import dev.runnel.bench.Folders;
import dev.runnel.bench.PacedModelServer;
import dev.runnel.bench.ServedProcess;
import dev.runnel.bench.Stamp;
import dev.runnel.client.Position;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Measures how late a run's tokens arrive at three readers: the one that created the run, one that attached to it at the same server, and one
 * that attached to it at another server on the same database. See the module's README. Linux only.
 */
public final class NodeLag {
    private final String database;
    private final int runs;
    private final int tokens;
    private final Duration interval;
    private final int rounds;

    private NodeLag(Arguments arguments) {
        database = arguments.text("database", "");
        runs = arguments.integer("runs", 20);
        tokens = arguments.integer("tokens", 200);
        interval = arguments.millis("interval-ms", 33);
        rounds = arguments.integer("rounds", 4);
        arguments.rejectUnknown();
        if (database.isEmpty()) {
            throw new IllegalArgumentException("--database postgresql://user:password@127.0.0.1:port/name is missing");
        }
    }

    public static void main(String[] args) throws Exception {
        new NodeLag(new Arguments(args)).run();
        System.exit(0);
    }

    private void run() throws Exception {
        Path folder = Files.createTempDirectory("runnel-lag-");
        try (PacedModelServer model = PacedModelServer.startStamped(0, tokens, interval);
                ServedProcess owner = serve(folder.resolve("owner"), model.baseUri());
                ServedProcess other = serve(folder.resolve("other"), model.baseUri());
                RunnelClient atOwner = client(owner);
                RunnelClient elsewhere = client(other)) {
            String assistant = atOwner.assistants().create(AssistantRequest.builder("paced").build()).id();
            System.out.println(Distribution.heading());
            for (int round = 0; round < rounds; round++) {
                round(round, assistant, atOwner, elsewhere);
            }
        } finally {
            Folders.delete(folder);
        }
    }

    private ServedProcess serve(Path folder, URI model) throws IOException, InterruptedException {
        ServedProcess server = ServedProcess.runnel(
                Files.createDirectory(folder), database, model, List.of(), List.of());
        server.awaitListening();
        return server;
    }

    private static RunnelClient client(ServedProcess server) {
        return RunnelClient.builder().baseUrl(server.baseUri().toString()).apiKey("none").build();
    }

    private void round(int round, String assistant, RunnelClient atOwner, RunnelClient elsewhere) throws Exception {
        List<Future<long[]>> created = new ArrayList<>();
        List<Future<long[]>> same = new ArrayList<>();
        List<Future<long[]>> another = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < runs; i++) {
                CompletableFuture<Position> begun = new CompletableFuture<Position>().orTimeout(60, TimeUnit.SECONDS);
                RunRequest request = RunRequest.builder(assistant)
                        .thread(ThreadRequest.of(MessageRequest.user("Count."))).build();
                created.add(threads.submit(() -> lags(() -> atOwner.runs().streamWithThread(request), stream -> stream
                        .position().ifPresent(at -> begun.complete(new Position(at.threadId(), at.runId(), 0))))));
                same.add(threads.submit(() -> lags(() -> atOwner.runs().resume(begun.join()), stream -> {})));
                another.add(threads.submit(() -> lags(() -> elsewhere.runs().resume(begun.join()), stream -> {})));
            }
        }
        print(round + " creator", created);
        print(round + " same server", same);
        print(round + " another server", another);
    }

    /** How long after its writing by the model each token arrived, in nanoseconds. */
    private long[] lags(Supplier<RunStream> opened, Consumer<RunStream> first) {
        long[] lags = new long[tokens];
        int count = 0;
        try (RunStream stream = opened.get()) {
            for (String text : stream.textDeltas()) {
                long now = System.nanoTime();
                if (count == 0) {
                    first.accept(stream);
                }
                for (int at = text.indexOf(Stamp.SIGN); at >= 0; at = text.indexOf(Stamp.SIGN, at + 1)) {
                    lags[count++] = now - Long.parseLong(text.substring(at + 1, at + 1 + Stamp.DIGITS));
                }
            }
        }
        if (count != tokens) {
            throw new IllegalStateException(count + " tokens arrived; the model wrote " + tokens);
        }
        return lags;
    }

    private static void print(String name, List<Future<long[]>> lags) throws Exception {
        List<long[]> all = new ArrayList<>();
        for (Future<long[]> each : lags) {
            all.add(each.get());
        }
        System.out.println(new Distribution(all).row(name));
    }
}
