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
 * Measures how long it takes to delete threads of 10, 1,000, 20,000 and 100,000 messages, and assistants of a project that has 100,000. See
 * the module's README.
 */
public final class Deletions {
    private static final String KEY = "sk-growth-deletions";
    private static final List<Integer> SIZES = List.of(10, 1_000, 20_000, 100_000);
    private static final int ASSISTANTS = 100_000;

    private final int rounds;

    private Deletions(Arguments arguments) {
        rounds = arguments.integer("rounds", 5);
        arguments.rejectUnknown();
    }

    /** The objects that are deleted, one a round. */
    private record Series(String name, List<String> paths, List<Long> nanos) {}

    public static void main(String[] args) throws IOException, InterruptedException {
        new Deletions(new Arguments(args)).run();
        System.exit(0);
    }

    private void run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("runnel-growth-");
        List<Series> all = fill(folder);
        try (PacedModelServer model = PacedModelServer.start(0, 1, Duration.ZERO);
                ServedProcess server = ServedProcess.runnel(
                        folder, model.baseUri(), List.of(), List.of("--api-key", KEY));
                TimedCalls api = new TimedCalls(server.baseUri())) {
            server.awaitListening();
            for (int round = 0; round < rounds; round++) {
                for (Series series : all) {
                    long start = System.nanoTime();
                    api.delete(KEY, series.paths.get(round));
                    series.nanos.add(System.nanoTime() - start);
                }
            }
        } finally {
            Folders.delete(folder);
        }
        System.out.println("| deleted | ms, median |");
        System.out.println("|---|---|");
        for (Series series : all) {
            System.out.printf(Locale.ROOT, "| %s | %.1f |%n", series.name, Medians.of(series.nanos) / 1e6);
        }
    }

    private List<Series> fill(Path folder) {
        List<Series> all = new ArrayList<>();
        try (Filling filling = new Filling(folder)) {
            for (int size : SIZES) {
                List<String> threads = filling.fill(rounds, (sql, n) -> Filling.thread(sql, "default"));
                for (String thread : threads) {
                    filling.fill(size, (sql, n) -> Filling.message(sql, thread, null, n));
                }
                all.add(series(String.format(Locale.ROOT, "a thread of %,d messages", size), "/threads/", threads));
            }
            List<String> assistants = filling.fill(ASSISTANTS, (sql, n) -> Filling.assistant(sql, "default"));
            all.add(series(
                    String.format(Locale.ROOT, "an assistant of %,d", ASSISTANTS), "/assistants/", assistants));
        }
        return all;
    }

    private static Series series(String name, String path, List<String> ids) {
        return new Series(name, ids.stream().map(id -> path + id).toList(), new ArrayList<>());
    }
}
