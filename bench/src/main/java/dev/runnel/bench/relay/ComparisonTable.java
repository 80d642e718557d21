package dev.runnel.bench.relay;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The figures of a scenario in Markdown: medians over the rounds. A ratio, and what a target adds to the floor, is taken within each round.
 *
 * @param rssBefore bytes of each target's memory before the first round
 */
record ComparisonTable(Scenario scenario, Map<Target, Long> rssBefore, List<Map<Target, RoundFigures>> rounds) {
    private static final List<String> COLUMNS = List.of("", "CPU ÷ nginx", "lag p99 ÷ nginx", "memory ÷ nginx",
            "CPU µs/token", "first token p50 / p99 ms", "lag p50 / p99 ms", "KB/stream", "RSS MB", "tokens/s",
            "failed", "stalled", "model / load CPU µs/token");

    /** With fewer, a server's memory tells nothing about one of them. */
    private static final int FEWEST_STREAMS = 100;

    private interface Figure extends ToDoubleFunction<RoundFigures> {}

    String markdown() {
        var text = new StringBuilder("## ").append(scenario.title()).append("\n\n");
        appendRow(text, COLUMNS);
        text.append("|---".repeat(COLUMNS.size())).append("|\n");
        rssBefore.keySet().forEach(target -> appendRow(text, row(target)));
        failures().forEach((failure, count) -> text.append("\n- ").append(failure).append(": ").append(count));
        return text.append('\n').toString();
    }

    private static void appendRow(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private List<String> row(Target target) {
        Figure cpu = figures -> served(target) ? figures.readings().serverCpu() : Double.NaN;
        return List.of(
                target.title(),
                number(ratio(target, cpu)),
                number(ratio(target, RoundFigures::lagP99)),
                number(memory(target) / memory(Target.NGINX)),
                number(median(target, cpu)),
                firstToken(target, RoundFigures::firstTokenP50) + " / "
                        + firstToken(target, RoundFigures::firstTokenP99),
                number(median(target, RoundFigures::lagP50)) + " / " + number(median(target, RoundFigures::lagP99)),
                number(memory(target) / 1e3),
                number(served(target) ? rss(target) / 1e6 : Double.NaN),
                number(median(target, figures -> figures.readings().tokensPerSecond())),
                count(target, RoundFigures::failed),
                count(target, RoundFigures::stalled),
                number(median(target, figures -> figures.readings().modelCpu())) + " / "
                        + number(median(target, figures -> figures.readings().clientCpu())));
    }

    private static boolean served(Target target) {
        return target != Target.FLOOR;
    }

    /** The floor's own; of others what they add to it. */
    private String firstToken(Target target, Figure figure) {
        return served(target)
                ? signed(median(round -> value(round, target, figure) - value(round, Target.FLOOR, figure)))
                : number(median(target, figure));
    }

    private double ratio(Target target, Figure figure) {
        return median(round -> value(round, target, figure) / value(round, Target.NGINX, figure));
    }

    private double median(Target target, Figure figure) {
        return median(round -> value(round, target, figure));
    }

    private double median(ToDoubleFunction<Map<Target, RoundFigures>> ofRound) {
        double[] values = rounds.stream().mapToDouble(ofRound).sorted().toArray();
        return (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
    }

    private static double value(Map<Target, RoundFigures> round, Target target, Figure figure) {
        RoundFigures figures = round.get(target);
        return figures == null ? Double.NaN : figure.applyAsDouble(figures);
    }

    /** Bytes for each open stream: the most that was seen, less what there was before. */
    private double memory(Target target) {
        boolean telling = served(target) && scenario.atOnce() >= FEWEST_STREAMS && rssBefore.containsKey(target);
        return telling ? (rss(target) - rssBefore.getOrDefault(target, 0L)) / scenario.atOnce() : Double.NaN;
    }

    private double rss(Target target) {
        return rounds.stream().mapToDouble(round -> value(round, target, figures -> figures.readings().serverRss()))
                .max().orElse(Double.NaN);
    }

    private String count(Target target, Figure figure) {
        return "%,.0f".formatted(rounds.stream().mapToDouble(round -> value(round, target, figure)).sum());
    }

    /** By target and reason. */
    private Map<String, Integer> failures() {
        Map<String, Integer> counts = new TreeMap<>();
        for (var round : rounds) {
            round.forEach((target, figures) -> figures.failures()
                    .forEach((reason, count) -> counts.merge(target.title() + ": " + reason, count, Integer::sum)));
        }
        return counts;
    }

    private static String signed(double value) {
        return (value >= 0 ? "+" : "") + number(value);
    }

    private static String number(double value) {
        double size = Math.abs(value);
        return Double.isFinite(value)
                ? String.format(Locale.ROOT, size < 10 ? "%.2f" : size < 100 ? "%.1f" : "%,.0f", value)
                : "–";
    }
}
