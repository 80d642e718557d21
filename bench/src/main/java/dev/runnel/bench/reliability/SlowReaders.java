package dev.runnel.bench.reliability;

import dev.runnel.bench.Arguments;
import dev.runnel.bench.Distribution;
import dev.runnel.bench.PacedModelServer;
import dev.runnel.bench.ProcessTree;
import dev.runnel.bench.ServedProcess;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Readers that read, each a run of its own, and then many that never do: one in five of these at the same runs, the others at runs whose
 * events fill their connections at once. Tells how late the tokens are for those who read, before and after, and what memory the server
 * takes. See the module's README.
 */
public final class SlowReaders {
    private static final int WINDOW_SECONDS = 10;
    private static final int AT_ONE_RUN = 100;

    private final int readers;
    private final int dead;
    private final int seconds;
    private final Duration interval;

    private SlowReaders(Arguments arguments) {
        readers = arguments.integer("readers", 200);
        dead = arguments.integer("dead", 1_000);
        seconds = arguments.integer("seconds", 90);
        interval = arguments.millis("interval-ms", 50);
        arguments.rejectUnknown();
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        new SlowReaders(new Arguments(args)).run();
        System.exit(0);
    }

    private void run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("runnel-slow-");
        int tokens = 4_000; // which is more than a connection holds, and lasts longer than the measurement
        System.out.printf("%d readers, a token every %.0f ms; then %d that do not read; %s%n", readers,
                interval.toNanos() / 1e6, dead, folder);
        try (PacedModelServer model = PacedModelServer.start(0, tokens, interval);
                ServedProcess server = ServedProcess.runnel(folder, model.baseUri(), List.of("-Xmx512m"),
                        List.of("--run-lifetime", "1h"));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Clients clients = Clients.of(server.baseUri())) {
            server.awaitListening();
            String assistantId = clients.newAssistant();
            runAtOnce(clients, assistantId); // so that what the first one to end loads is there before
            List<PaceReader> pace = new ArrayList<>();
            List<Future<?>> reading = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                PaceReader reader = new PaceReader(clients.plain());
                pace.add(reader);
                reading.add(threads.submit(() -> reader.read(assistantId)));
            }
            pace.forEach(PaceReader::run);
            windows("before", 3, pace, server);
            ServerFigures before = ServerFigures.of(server.pid(), folder);
            List<DeadReader> silent = connect(server.port(), clients, assistantId, pace);
            windows("beside them", 2, pace, server); // by then their connections are full, and none is let go yet
            ServerFigures full = ServerFigures.of(server.pid(), folder);
            windows("beside them, later", seconds / WINDOW_SECONDS - 2, pace, server);
            ServerFigures after = ServerFigures.of(server.pid(), folder);
            System.out.println("                " + ServerFigures.heading());
            System.out.println("before          " + before.row());
            System.out.println("beside them     " + full.row());
            System.out.println("later           " + after.row());
            System.out.println(reading.stream().filter(Future::isDone).count() + " of the streams that are read broke");
            for (DeadReader each : silent) {
                each.close();
            }
        }
    }

    private void windows(String phase, int count, List<PaceReader> pace, ServedProcess server)
            throws IOException, InterruptedException {
        System.out.println("lag, " + phase + "; " + Distribution.heading());
        for (int i = 1; i <= count; i++) {
            long from = System.nanoTime();
            Thread.sleep(Duration.ofSeconds(WINDOW_SECONDS));
            long to = System.nanoTime();
            List<long[]> lags = pace.stream().map(each -> each.lags(interval.toNanos(), from, to)).toList();
            long events = lags.stream().mapToLong(each -> each.length).sum();
            System.out.printf("%s  %,d tokens, RSS %d MiB%n", new Distribution(lags).row(i * WINDOW_SECONDS + " s"),
                    events, ProcessTree.of(server.pid()).rssBytes() >> 20);
        }
    }

    private List<DeadReader> connect(int port, Clients clients, String assistantId, List<PaceReader> pace)
            throws IOException {
        List<DeadReader> silent = new ArrayList<>();
        for (int i = 0; silent.size() < dead / 5; i++) {
            silent.add(new DeadReader(port, pace.get(i % pace.size()).run()));
        }
        while (silent.size() < dead) {
            Run run = runAtOnce(clients, assistantId);
            for (int i = 0; i < AT_ONE_RUN && silent.size() < dead; i++) {
                silent.add(new DeadReader(port, RunRef.of(run)));
            }
        }
        return silent;
    }

    /** A run that has ended. */
    private static Run runAtOnce(Clients clients, String assistantId) {
        Run run = clients.patient().runs().createWithThread(RunRequest.builder(assistantId)
                .thread(ThreadRequest.of(MessageRequest.user("hurry")))
                .build());
        return clients.patient().runs().await(run.threadId(), run.id());
    }
}
