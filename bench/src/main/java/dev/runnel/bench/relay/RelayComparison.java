package dev.runnel.bench.relay;

import dev.runnel.bench.Arguments;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures servers that relay a model's streams beside each other, in turn, against the same model, and prints the medians of all rounds
 * as Markdown. See the module's README for the arguments and figures. To be started in the project's folder.
 */
public final class RelayComparison {
    private RelayComparison() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        var arguments = new Arguments(args);
        var scenarios = words(arguments.text("scenarios", String.join(",", Scenario.DEFAULT))).stream()
                .map(Scenario::named).toList();
        var targets = words(arguments.text("targets", String.join(",", Target.names()))).stream()
                .map(name -> Target.valueOf(name.toUpperCase(Locale.ROOT))).toList();
        var database = arguments.text("database");
        int warmUp = arguments.integer("warm-up", 1);
        int rounds = arguments.integer("rounds", 3);
        arguments.rejectUnknown();

        var versions = versions(targets, database);
        System.out.println(Surroundings.markdown(warmUp, rounds, versions));
        for (Scenario scenario : scenarios) {
            if (scenario.openFiles() > Surroundings.mostOpenFiles()) {
                System.err.printf(
                        "%s is left out: a server needs %,d open files, and here it may have %,d (ulimit -Hn)%n",
                        scenario.name(), scenario.openFiles(), Surroundings.mostOpenFiles());
                continue;
            }
            try (var run = new ScenarioRun(scenario, database)) {
                System.out.println(run.run(List.copyOf(versions.keySet()), warmUp, rounds).markdown());
            }
        }
        System.exit(0);
    }

    private static List<String> words(String list) {
        return List.of(list.split(",", -1));
    }

    /** Of the targets that are to be had. */
    private static Map<Target, String> versions(List<Target> wanted, @Nullable String database) {
        Map<Target, String> versions = new EnumMap<>(Target.class);
        for (Target target : wanted) {
            String version = target.version(database);
            if (version == null) {
                System.err.printf("%s is left out: it is not here; %s%n", target.title(), target.installation());
            } else {
                versions.put(target, version);
            }
        }
        return versions;
    }
}
