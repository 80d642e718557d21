package dev.runnel.cli.serve;

import dev.runnel.cli.servers.ModelSource;
import dev.runnel.cli.servers.Proxies;
import dev.runnel.server.config.ConfigFile;
import dev.runnel.server.options.Option;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The configuration file of {@code runnel serve}. */
final class Config {
    /** The options that may stand in it. */
    static final List<Option<?>> OPTIONS = Stream.concat(
            ServeOptions.ALL.stream()
                    .filter(option -> !List.of(ServeOptions.CONFIG, ServeOptions.OPEN).contains(option)),
            Stream.of(ModelSource.URL, ModelSource.KEY)).toList();

    private Config() {}

    /** Reads a file. */
    static ConfigFile read(String file) {
        return ConfigFile.read(Path.of(file), OPTIONS, System.getenv(), Proxies::of);
    }
}
