package dev.runnel.cli.objects;

import dev.runnel.cli.base.Given;
import dev.runnel.cli.base.MisusedException;
import dev.runnel.cli.servers.OperatorOption;
import dev.runnel.cli.servers.OwnRoutes;
import dev.runnel.cli.servers.ServerOption;
import dev.runnel.cli.terminal.Table;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.options.OptionValues;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code runnel usage}: tells what projects used of a running server. */
@Command(name = "usage", mixinStandardHelpOptions = true, description = "Tells what projects used of a server, by day and model. A project's key tells of the project alone, and the operator's key of all. Runs count when they end. Days are those of UTC.", footer = {
    "  runnel usage",
    "  runnel usage --days 7 --json | jq '.total_tokens'"})
public final class UsageCommand implements Callable<Integer> {
    private static final List<String> COUNTS = List.of(
            "runs", "chat_completions", "errors", "prompt_tokens", "completion_tokens");

    @Option(names = "--days", paramLabel = "N", description = "The last N days, with today. Default: ${DEFAULT-VALUE}.", defaultValue = "30")
    int days;

    @Option(names = "--until", paramLabel = "DAY", description = "The last day, as 2026-12-31. Default: today.")
    @Nullable
    LocalDate until;

    @Option(names = "--json", description = "Print the rows as they are, one JSON object a line.")
    boolean json;

    @Mixin
    final Given given = Given.inherited(ServerOption.URL, ServerOption.KEY, OperatorOption.KEY);

    @Override
    public Integer call() {
        if (days < 1) {
            throw new MisusedException("--days: " + days + " is not a number of days; write 1 or more.");
        }
        LocalDate to = until != null ? until : LocalDate.now(ZoneOffset.UTC);
        JsonValue report = routes().get("/v1/usage?from=" + to.minusDays(days - 1L) + "&to=" + to);
        List<JsonValue> rows = report.get("data").elements();
        if (json) {
            rows.forEach(row -> Terminal.print(row + "\n"));
        } else {
            table(rows).print();
        }
        if (Boolean.TRUE.equals(report.get("has_more").toJava())) {
            Terminal.line("There is more. Ask for fewer days.");
        }
        return 0;
    }

    /** The operator's key counts more than a project's: it sees more. */
    private OwnRoutes routes() {
        OptionValues values = given.values();
        String operator = values.find(OperatorOption.KEY);
        String named = values.find(ServerOption.URL);
        return new OwnRoutes(named != null ? named : ServerOption.USUAL,
                operator != null ? operator : values.find(ServerOption.KEY));
    }

    private static Table table(List<JsonValue> rows) {
        Table table = new Table("DAY", "PROJECT", "MODEL", "ANSWERED BY", "RUNS", "CHATS", "ERRORS", "PROMPT",
                "COMPLETION");
        long[] sums = new long[COUNTS.size()];
        for (JsonValue row : rows) {
            long[] counts = COUNTS.stream().mapToLong(name -> number(row, name)).toArray();
            for (int i = 0; i < sums.length; i++) {
                sums[i] += counts[i];
            }
            add(table, row.get("date").text(), row.get("project").text(), row.get("model").text(),
                    row.get("served_model").text(), counts);
        }
        add(table, "total", "", "", "", sums);
        return table;
    }

    private static void add(Table table, String day, String project, String model, String served, long[] counts) {
        table.row(day, project, model, served, Long.toString(counts[0]), Long.toString(counts[1]),
                Long.toString(counts[2]), Long.toString(counts[3]), Long.toString(counts[4]));
    }

    private static long number(JsonValue row, String name) {
        return row.get(name).toJava() instanceof Number number ? number.longValue() : 0;
    }
}
