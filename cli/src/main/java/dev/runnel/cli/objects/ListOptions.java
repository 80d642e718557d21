package dev.runnel.cli.objects;

import dev.runnel.cli.base.Given;
import dev.runnel.cli.servers.ServerOption;
import dev.runnel.cli.servers.Target;
import dev.runnel.cli.terminal.Table;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.cli.text.Clean;
import dev.runnel.cli.text.Columns;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.options.Kind;
import dev.runnel.server.options.Option;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ScopeType;

/** The options that lists share, and how a list is printed. */
final class ListOptions {
    private static final int PAGE = 100;
    private static final int NAMES = 14;

    private static final Option<Integer> LIMIT = Option.of("limit", Kind.number("N", 1, 1_000_000_000), """
            List at most this many, the latest first.""")
            .orElse(20);

    @Mixin
    final Given given = Given.of(LIMIT);

    @CommandLine.Option(names = "--json", scope = ScopeType.INHERIT, description = "Print the objects as they are, one JSON object a line.")
    boolean json;

    @Mixin
    ServerOption server = new ServerOption();

    Target open() {
        return server.open();
    }

    int limit() {
        return given.values().get(LIMIT);
    }

    /** Prints an object: as JSON, or in lines of a name and a value each; names without a value are left out. */
    void print(Object object, Map<String, ? extends @Nullable Object> lines) {
        if (json) {
            Terminal.print(JsonValue.of(object) + "\n");
            return;
        }
        lines.forEach((name, value) -> {
            if (value != null && !value.toString().isEmpty()) {
                Terminal.print(Columns.pad(name, NAMES)
                        + Clean.text(value.toString()).strip().replace("\n", "\n" + " ".repeat(NAMES)) + "\n");
            }
        });
    }

    /** How many to ask the server for at a time. */
    int page() {
        return Math.min(limit(), PAGE);
    }

    /**
     * Prints objects of the protocol, each as a line of JSON or a row of the table.
     *
     * @param what they are called, should there be none
     */
    <T> void print(String what, List<T> objects, Table table, Function<T, String[]> row) {
        if (json) {
            objects.forEach(object -> Terminal.print(JsonValue.of(object) + "\n"));
        } else if (objects.isEmpty()) {
            Terminal.dim("There are no " + what + ".");
        } else {
            objects.forEach(object -> table.row(row.apply(object)));
            table.print();
        }
    }
}
