package dev.runnel.cli.objects;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.servers.OperatorOption;
import dev.runnel.cli.terminal.Table;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.protocol.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code runnel keys}: makes, lists and revokes keys of projects at a running server. */
@Command(name = "keys", mixinStandardHelpOptions = true, description = "Lists the keys of projects that were made at a server. The operator's key is needed, which the server has as --operator-key.", footer = {
    "  runnel keys",
    "  runnel keys create search --name \"the batch job\"",
    "  runnel keys revoke key_abc123"})
public final class KeysCommand implements Callable<Integer> {
    private static final String CUT_OFF = "…";

    @Option(names = "--json", description = "Print the objects as they are, one JSON object a line.")
    boolean json;

    @Mixin
    OperatorOption server = new OperatorOption();

    @Override
    public Integer call() {
        List<JsonValue> keys = keys();
        if (json) {
            keys.forEach(key -> Terminal.print(key + "\n"));
            return 0;
        }
        Table table = new Table("ID*", "PROJECT", "CREATED", "KEY", "NAME");
        for (JsonValue key : keys) {
            table.row(key.get("id").text(), key.get("project").text(), Table.time(seconds(key)),
                    key.get("shown").text(), key.get("name").text());
        }
        table.print();
        return 0;
    }

    private List<JsonValue> keys() {
        return server.routes().get("/v1/keys").get("data").elements();
    }

    private static long seconds(JsonValue key) {
        return key.get("created_at").toJava() instanceof Number number ? number.longValue() : 0;
    }

    /** {@code runnel keys create}. */
    @Command(name = "create", mixinStandardHelpOptions = true, description = "Makes a key of a project, and prints it. It is shown this once; the server keeps a hash of it.")
    int create(
            @Parameters(paramLabel = "PROJECT", description = "The project, up to 64 lower-case letters, digits, '-' and '_'. A new name is a new project.") String project,
            @Option(names = "--name", paramLabel = "TEXT", description = "What the key is for, for the list.", defaultValue = "") String name) {
        JsonValue made = server.routes().send("POST", "/v1/keys",
                JsonValue.of(Map.of("project", project, "name", name)));
        Terminal.print((json ? made.toString() : made.get("key").text()) + "\n");
        Terminal.line(made.get("id").text() + " is a key of the project " + made.get("project").text()
                + ". It is not shown again.");
        return 0;
    }

    /** {@code runnel keys revoke}. */
    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Revokes keys. They open nothing any more, on all servers of the database within two seconds.")
    int revoke(
            @Parameters(paramLabel = "ID", arity = "1..*", description = "The keys' ids, whole or their beginnings.") List<String> ids) {
        for (String typed : ids) {
            String id = whole(typed);
            server.routes().send("DELETE", "/v1/keys/" + id, null);
            Terminal.line("Revoked " + id + ".");
        }
        return 0;
    }

    private String whole(String typed) {
        String beginning = typed.replace(CUT_OFF, "");
        List<String> found = keys().stream().map(key -> key.get("id").text()).filter(id -> id.startsWith(beginning))
                .toList();
        if (found.size() != 1) {
            throw new CommandException(found.isEmpty()
                    ? "there is no key whose id begins with '" + beginning + "'."
                    : "the ids of " + found.size() + " keys begin with '" + beginning + "'; write more of it.");
        }
        return found.getFirst();
    }
}
