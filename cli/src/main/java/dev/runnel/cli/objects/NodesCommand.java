package dev.runnel.cli.objects;

import dev.runnel.cli.servers.ServerOption;
import dev.runnel.cli.terminal.Table;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.protocol.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code runnel nodes}: lists the servers that share a database. */
@Command(name = "nodes", mixinStandardHelpOptions = true, description = "Lists the servers that share a database, with their runs, as one of them tells. A lease's age is the time since it was renewed.", footer = {
    "  runnel nodes",
    "  runnel nodes --server http://db1.example.com:8080 --json | jq '.runs'"})
public final class NodesCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print the objects as they are, one JSON object a line.")
    boolean json;

    @Mixin
    ServerOption server = new ServerOption();

    @Override
    public Integer call() {
        List<JsonValue> nodes = server.routes().get("/nodes").get("nodes").elements();
        if (json) {
            nodes.forEach(node -> Terminal.print(node + "\n"));
            return 0;
        }
        Table table = new Table("NODE*", "LEASE AGE", "RUN*", "THREAD*");
        for (JsonValue node : nodes) {
            List<JsonValue> held = node.get("held").elements();
            for (JsonValue run : held) {
                table.row(text(node, "id"), age(run), text(run, "id"), text(run, "thread_id"));
            }
            int others = (int) number(node, "runs") - held.size();
            if (others > 0 || held.isEmpty()) {
                table.row(text(node, "id"), others > 0 ? age(node) : "",
                        others > 0 ? others + " of other projects" : "no run", "");
            }
        }
        table.print();
        return 0;
    }

    private static String text(JsonValue object, String name) {
        return object.get(name).text();
    }

    private static double number(JsonValue object, String name) {
        return object.get(name).toJava() instanceof Number number ? number.doubleValue() : 0;
    }

    private static String age(JsonValue object) {
        return object.get("lease_age").isNull() ? ""
                : String.format(Locale.ROOT, "%.1f s", number(object, "lease_age"));
    }
}
