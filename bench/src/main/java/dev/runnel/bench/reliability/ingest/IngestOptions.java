package dev.runnel.bench.reliability.ingest;

import dev.runnel.bench.Arguments;
import dev.runnel.bench.EmbeddingServer;
import dev.runnel.bench.reliability.servers.Several;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of the rounds.
 *
 * @param rounds   how often
 * @param files    that each round uploads, at least 12
 * @param kills    in each round: the first while files are under way, the others up to two seconds after a restart
 * @param builtIn  whether the built-in model makes the vectors, and not a quick one
 * @param patience how long after the last restart the files of a round may go on
 * @param limit    no round begins later than this after the first
 * @param seed     of what is random
 * @param several  the nodes on one database, or null for a server with its own
 * @param folder   where the database is to lie, or null for a folder of its own, which is deleted unless something went wrong
 */
record IngestOptions(int rounds, int files, int kills, boolean builtIn, Duration patience, Duration limit, long seed,
        @Nullable Several several, @Nullable Path folder) {
    /** With fewer, a way to add files has none. */
    static final int LEAST_FILES = 12;

    IngestOptions {
        if (files < LEAST_FILES) {
            throw new IllegalArgumentException("--files must be at least " + LEAST_FILES);
        }
    }

    static IngestOptions parse(String... args) {
        Arguments arguments = new Arguments(args);
        String seed = arguments.text("seed");
        String folder = arguments.text("folder");
        IngestOptions options = new IngestOptions(
                arguments.integer("rounds", 30),
                arguments.integer("files", 40),
                arguments.integer("kills", 1),
                arguments.text("vectors", "quick").equals("built-in"),
                Duration.ofSeconds(arguments.integer("patience-s", 240)),
                Duration.ofMinutes(arguments.integer("minutes", 600)),
                seed == null ? System.nanoTime() : Long.parseLong(seed),
                Several.parse(arguments),
                folder == null ? null : Path.of(folder));
        arguments.rejectUnknown();
        return options;
    }

    /** The options of {@code serve}. */
    List<String> serve() {
        return builtIn ? List.of() : List.of("--embedding-model", EmbeddingServer.MODEL);
    }
}
