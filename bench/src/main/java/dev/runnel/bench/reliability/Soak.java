package dev.runnel.bench.reliability;

import dev.runnel.bench.Arguments;
import dev.runnel.bench.PacedModelServer;
import dev.runnel.bench.ServedProcess;
import dev.runnel.client.ApiException;
import dev.runnel.client.RunStream;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Loads a server for long with runs that are read, left, cancelled and not read, deletes their threads, and looks whether the server's
 * memory, threads, file handles and disk are each time what they were. See the module's README. Ends with status 1 if they are not.
 */
public final class Soak {
    private static final int TOKENS = 100;
    private static final Duration INTERVAL = Duration.ofMillis(10);

    /** The server clears away ended work in the background, and keeps a connection for four seconds for a next request. */
    private static final Duration BEFORE_LOOK = Duration.ofSeconds(6);

    private static final long MARGIN_BYTES = 16 << 20;
    private static final int MARGIN_HANDLES = 16;

    /** The size that SQLite's write-ahead log reaches sooner or later, and the margin. */
    private static final long MARGIN_DISK_BYTES = MARGIN_BYTES + (64 << 20);

    private final int runs;
    private final Duration whole;
    private final Duration pause;

    /**
     * A soak.
     *
     * @param arguments as on the command line
     */
    Soak(Arguments arguments) {
        runs = arguments.integer("runs", 40);
        whole = Duration.ofMinutes(arguments.integer("minutes", 60));
        pause = arguments.millis("pause-ms", 0);
        arguments.rejectUnknown();
    }

    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        System.exit(new Soak(new Arguments(args)).run() ? 0 : 1);
    }

    /** Takes its time; answers whether all is at the end what it was. */
    boolean run() throws IOException, InterruptedException, ExecutionException {
        Path folder = Files.createTempDirectory("runnel-soak-");
        System.out.println(
                whole.toMinutes() + " minutes, " + runs + " runs at once, then " + pause.toMillis() + " ms of rest; "
                        + folder);
        System.out.println("  minute       runs" + ServerFigures.heading());
        try (PacedModelServer model = PacedModelServer.start(0, TOKENS, INTERVAL);
                ServedProcess server = ServedProcess.runnel(folder, model.baseUri(), List.of("-Xmx512m"), List.of());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Clients clients = Clients.of(server.baseUri())) {
            server.awaitListening();
            String assistantId = clients.newAssistant();
            List<ServerFigures> figures = new ArrayList<>();
            long start = System.nanoTime();
            long done = 0;
            int looks = 12;
            for (int look = 1; look <= looks; look++) {
                while (System.nanoTime() - start < whole.toNanos() * look / looks) {
                    done += cycle(threads, clients, server, assistantId);
                    Thread.sleep(pause);
                }
                Thread.sleep(BEFORE_LOOK);
                ServerFigures now = ServerFigures.of(server.pid(), folder);
                figures.add(now);
                System.out.printf("%8.1f %10d%s%n", (System.nanoTime() - start) / 60e9, done, now.row());
            }
            return returned(figures.get(looks / 4), figures.getLast());
        }
    }

    /** One load of runs, each another way; answers how many. */
    private int cycle(ExecutorService threads, Clients clients, ServedProcess server, String assistantId)
            throws InterruptedException, ExecutionException {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            int way = i % 5;
            all.add(threads.submit(() -> {
                live(clients, server, assistantId, way);
                return true;
            }));
        }
        for (Future<?> each : all) {
            each.get();
        }
        return runs;
    }

    private static void live(Clients clients, ServedProcess server, String assistantId, int way) throws IOException {
        RunRequest request = RunRequest.builder(assistantId)
                .thread(ThreadRequest.of(MessageRequest.user(way == 0 ? "hurry" : "go")))
                .build();
        Run run;
        try (RunStream stream = clients.plain().runs().streamWithThread(request)) {
            RunEvent first = stream.next();
            while (!(first instanceof RunEvent.MessageDelta)) {
                first = stream.next();
            }
            run = stream.fold().run().orElseThrow();
            switch (way) {
                case 0, 1 -> stream.finalRun();
                case 2 -> cancel(stream);
                case 3 -> {
                } // it leaves, and the run goes on
                default -> {
                    try (DeadReader _ = new DeadReader(server.port(), RunRef.of(run))) {
                        stream.finalRun();
                    }
                }
            }
        }
        clients.plain().runs().await(run.threadId(), run.id());
        clients.plain().threads().delete(run.threadId());
    }

    /** On a busy machine it may have ended by then. */
    private static void cancel(RunStream stream) {
        try {
            stream.cancel();
        } catch (ApiException e) {
            if (!stream.finalRun().status().terminal()) {
                throw e;
            }
        }
    }

    private static boolean returned(ServerFigures before, ServerFigures after) {
        boolean returned = after.liveBytes() < before.liveBytes() + MARGIN_BYTES
                && after.threads() <= before.threads() + MARGIN_HANDLES
                && after.handles() <= before.handles() + MARGIN_HANDLES
                && after.diskBytes() < before.diskBytes() + MARGIN_DISK_BYTES;
        System.out.println(returned ? "all is as it was after a third of the time" : "it grows");
        return returned;
    }
}
