package dev.runnel.bench.reliability;

import dev.runnel.bench.Arguments;
import dev.runnel.bench.PacedModelServer;
import dev.runnel.bench.reliability.servers.Several;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The options of the crash test.
 *
 * @param rounds   how often
 * @param runs     at once in each round
 * @param callers  of them call functions, in two rounds each, before they write their reply
 * @param tokens   of each reply
 * @param interval from token to token
 * @param kills    in each round: the first while runs are written, the others up to two seconds after a restart
 * @param patience how long after the last restart the runs of a round may go on
 * @param limit    no round begins later than this after the first
 * @param onCrash  {@code retry} or {@code fail}
 * @param seed     of what is random
 * @param several  the nodes on one database, or null for a server with its own
 * @param folder   where the database is to lie, or null for a folder of its own, which is deleted unless something went wrong
 */
record CrashOptions(int rounds, int runs, int callers, int tokens, Duration interval, int kills, Duration patience,
        Duration limit,
        String onCrash, long seed, @Nullable Path folder, @Nullable Several several) {

    static CrashOptions parse(String... args) {
        Arguments arguments = new Arguments(args);
        String seed = arguments.text("seed");
        String folder = arguments.text("folder");
        int runs = arguments.integer("runs", 50);
        CrashOptions options = new CrashOptions(
                arguments.integer("rounds", 100),
                runs,
                arguments.integer("callers", runs * 2 / 5),
                arguments.integer("tokens", 100),
                arguments.millis("interval-ms", 20),
                arguments.integer("kills", 1),
                Duration.ofSeconds(arguments.integer("patience-s", 60)),
                Duration.ofMinutes(arguments.integer("minutes", 600)),
                arguments.text("on-crash", "retry"),
                seed == null ? System.nanoTime() : Long.parseLong(seed),
                folder == null ? null : Path.of(folder),
                Several.parse(arguments));
        arguments.rejectUnknown();
        return options;
    }

    /** How many events the readers of a round see in all if nothing happens. */
    int expectedEvents() {
        int aroundTokens = 10; // of the run, its step and its message
        int aroundCalls = 5; // of the step, and of the run that waits and goes on
        int ofCalls = PacedModelServer.CALL_ROUNDS * (PacedModelServer.arguments(tokens).size() + aroundCalls);
        return runs * (tokens + aroundTokens) + callers * ofCalls;
    }

    /** With what the model calls functions. */
    String arguments() {
        return String.join("", PacedModelServer.arguments(tokens));
    }

    /** The text of the model. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tokens; i++) {
            text.append(" t").append(i);
        }
        return text.toString();
    }
}
