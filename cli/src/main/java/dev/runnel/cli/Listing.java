package dev.runnel.cli;

import dev.runnel.protocol.JsonValue;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that lists share, and how a list is printed. */
final class Listing {
    private static final int PAGE = 100;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many at most, the latest first. Default: ${DEFAULT-VALUE}.")
    int limit = 20;

    @Option(names = "--json", description = "Print the objects as they are, one a line.")
    boolean json;

    @Mixin
    ServerOption server = new ServerOption();

    @Spec(Spec.Target.MIXEE)
    @Nullable
    CommandSpec command;

    Target open() {
        if (limit < 1 && command != null) {
            throw new CommandLine.ParameterException(command.commandLine(), "--limit takes a number from 1 on");
        }
        return server.open();
    }

    /** How many to ask the server for at a time. */
    int page() {
        return Math.min(limit, PAGE);
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
