package dev.runnel.bench.growth;

import dev.runnel.bench.Arguments;
import dev.runnel.bench.Folders;
import dev.runnel.bench.Medians;
import dev.runnel.bench.PacedModelServer;
import dev.runnel.bench.ServedProcess;
import dev.runnel.bench.TimedCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures how long a run takes to its first event and its first token on threads of 10, 1,000 and 100,000 messages, by how the thread
 * is shortened. See the module's README.
 */
public final class ThreadStarts {
    private static final String KEY = "sk-growth-threads";
    private static final List<Integer> SIZES = List.of(10, 1_000, 100_000);

    private final int rounds;

    private ThreadStarts(Arguments arguments) {
        rounds = arguments.integer("rounds", 100);
        arguments.rejectUnknown();
    }

    /**
     * How a thread is shortened, and how often less that is measured.
     *
     * @param options members of the request that creates the run
     */
    private record Strategy(String name, String options, int every) {}

    private static final List<Strategy> STRATEGIES = List.of(
            new Strategy("last_messages, 10", """
                    "truncation_strategy": {"type": "last_messages", "last_messages": 10}""", 1),
            new Strategy("auto, 4,000 prompt tokens", """
                    "max_prompt_tokens": 4000""", 1),
            new Strategy("auto, 100,000 prompt tokens", """
                    "max_prompt_tokens": 100000""", 10),
            new Strategy("auto, no budget", """
                    "truncation_strategy": {"type": "auto"}""", 10));

    /** A thread and a strategy, and what was measured with them. */
    private record Series(int size, Strategy strategy, String threadId, List<Long> created, List<Long> token) {}

    public static void main(String[] args) throws IOException, InterruptedException {
        new ThreadStarts(new Arguments(args)).run();
        System.exit(0);
    }

    private void run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("runnel-growth-");
        List<Series> all = fill(folder);
        try (PacedModelServer model = PacedModelServer.start(0, 3, Duration.ZERO);
                ServedProcess server = ServedProcess.runnel(
                        folder, model.baseUri(), List.of("-Xmx2g"), List.of("--api-key", KEY));
                TimedCalls api = new TimedCalls(server.baseUri())) {
            server.awaitListening();
            String assistant = api.post(KEY, "/assistants", "{\"model\": \"paced\"}").path("id").asText();
            measure(api, assistant, all, Math.max(10, rounds / 5), false);
            measure(api, assistant, all, rounds, true);
        } finally {
            Folders.delete(folder);
        }
        print(all);
    }

    private static List<Series> fill(Path folder) {
        List<Series> all = new ArrayList<>();
        try (Filling filling = new Filling(folder)) {
            for (int size : SIZES) {
                String thread = filling.fill(1, (sql, n) -> Filling.thread(sql, "default")).getFirst();
                filling.fill(size, (sql, n) -> Filling.message(sql, thread, null, n));
                for (Strategy strategy : STRATEGIES) {
                    all.add(new Series(size, strategy, thread, new ArrayList<>(), new ArrayList<>()));
                }
            }
        }
        return all;
    }

    /** Interleaved, so that whatever else happens on the machine happens to all. */
    private static void measure(TimedCalls api, String assistant, List<Series> all, int rounds, boolean keep)
            throws IOException {
        for (int round = 0; round < rounds; round++) {
            for (Series series : all) {
                if (round % series.strategy.every != 0) {
                    continue;
                }
                TimedCalls.Started started = api.start(KEY, "/threads/" + series.threadId + "/runs",
                        "{\"assistant_id\": \"" + assistant + "\", \"stream\": true, " + series.strategy.options + "}");
                // The thread stays as long as it was.
                api.delete(KEY, "/threads/" + series.threadId + "/messages/" + started.messageId());
                if (keep) {
                    series.created.add(started.created());
                    series.token.add(started.token());
                }
            }
        }
    }

    private static void print(List<Series> all) {
        System.out.println("| strategy | messages | first event, ms | first token, ms | to the shortest thread's |");
        System.out.println("|---|---|---|---|---|");
        for (Strategy strategy : STRATEGIES) {
            List<Series> rows = all.stream().filter(each -> each.strategy.equals(strategy)).toList();
            double shortest = median(rows.getFirst().token);
            for (Series row : rows) {
                System.out.printf(Locale.ROOT, "| %s | %,d | %.2f | %.2f | %.2f |%n", strategy.name, row.size,
                        median(row.created), median(row.token), median(row.token) / shortest);
            }
        }
    }

    private static double median(List<Long> nanos) {
        return Medians.of(nanos) / 1e6;
    }
}
