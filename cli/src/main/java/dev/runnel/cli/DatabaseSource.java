package dev.runnel.cli;

import dev.runnel.server.ServerOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The database a command works on: an option, or the environment. */
final class DatabaseSource {
    @Option(names = "--database", paramLabel = "URL", description = "The database. Or: RUNNEL_DATABASE. Default: sqlite:runnel.db.")
    @Nullable
    String database;

    String url(Map<String, String> environment) {
        String url = database != null ? database : ModelSource.set(environment, "RUNNEL_DATABASE");
        return url == null ? ServerOptions.DEFAULTS.database() : url;
    }
}
