package dev.runnel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures Java clients beside each other, their forks interleaved, against a model server in this process, and prints the
 * medians of all rounds as a table. See the module's README for what the figures are. To be started in the project's folder.
 */
public final class ClientComparison {
    private static final String TOKENS = "2000";

    /** In seconds, as the times of both measurements. */
    private static final String WARM_UP = "5";
    private static final Path RAW = Path.of("bench", "target", "client-forks.txt");

    /** Each column's heading, and the figures that stand in it. */
    private static final List<List<String>> COLUMNS = List.of(
            List.of("chat, CPU µs/event", "chat-cpu"),
            List.of("chat, B/event", "chat-bytes"),
            List.of("chat paced, CPU µs/event", "chat-paced-cpu"),
            List.of("run, CPU µs/event", "run-cpu"),
            List.of("run, B/event", "run-bytes"),
            List.of("run paced, CPU µs/event", "run-paced-cpu"),
            List.of("cold: wall / CPU ms", "cold-wall", "cold-cpu"),
            List.of("RSS MB", "rss"));

    private final String model;

    private ClientComparison(PacedModelServer model) {
        this.model = model.baseUri().toString();
    }

    /** {@code --rounds 1}: adds so many to the rounds that were measured before, and prints the medians of all. */
    public static void main(String[] args) throws IOException, InterruptedException {
        var arguments = new Arguments(args);
        int rounds = arguments.integer("rounds", 1);
        arguments.rejectUnknown();
        try (var model = PacedModelServer.start(0, Integer.parseInt(TOKENS), Duration.ofMillis(1))) {
            var comparison = new ClientComparison(model);
            for (int round = 0; round < rounds; round++) {
                comparison.round();
            }
        }
        System.out.print(table());
    }

    private void round() throws IOException, InterruptedException {
        for (int i = 0; i < 3; i++) {
            for (var client : ClientFork.ALL) {
                keep(client, "", client.run(model, "cold", TOKENS, Long.toString(System.currentTimeMillis())));
            }
        }
        for (var task : List.of("chat", "run")) {
            for (var client : ClientFork.ALL) {
                if (client.runs() || task.equals("chat")) {
                    keep(client, task + "-", client.run(model, task, TOKENS, WARM_UP, "2", "6"));
                }
            }
        }
    }

    private static void keep(ClientFork client, String prefix, Map<String, Double> figures) throws IOException {
        for (var figure : figures.entrySet()) {
            var line = client.name() + " " + prefix + figure.getKey() + " " + figure.getValue() + "\n";
            Files.writeString(RAW, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private static String table() throws IOException {
        var values = new HashMap<String, double[]>();
        for (var line : Files.readAllLines(RAW)) {
            var parts = line.split(" ", -1);
            var value = Double.parseDouble(parts[2]);
            values.merge(parts[0] + " " + parts[1], new double[] {value}, ClientComparison::joined);
        }
        var table = new StringBuilder("| client |");
        COLUMNS.forEach(column -> table.append(' ').append(column.getFirst()).append(" |"));
        table.append(" jars / MB |\n|").append("---|".repeat(COLUMNS.size() + 2)).append('\n');
        for (var client : ClientFork.ALL) {
            table.append("| ").append(client.name()).append(" | ");
            for (var column : COLUMNS) {
                var cells = column.stream().skip(1).map(figure -> median(values.get(client.name() + " " + figure)));
                table.append(String.join(" / ", cells.toList())).append(" | ");
            }
            table.append(client.size()).append(" |\n");
        }
        return table.toString();
    }

    private static double[] joined(double[] before, double[] more) {
        var all = Arrays.copyOf(before, before.length + more.length);
        System.arraycopy(more, 0, all, before.length, more.length);
        return all;
    }

    private static String median(double @Nullable [] values) {
        if (values == null) {
            return "–";
        }
        Arrays.sort(values);
        var median = values[values.length / 2];
        return String.format(Locale.ROOT, median < 10 ? "%.1f" : "%,.0f", median);
    }
}
