package dev.runnel.bench.relay;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A configuration of Runnel in which a request passes all that it may have to: a key, each limit of a project, an alias, two servers
 * of equal weight and their limits. No limit is reached.
 *
 * @param folder where the files lie
 */
record RoutedConfig(Path folder, URI model) {
    static final String KEY = "sk-bench-routed-0123456789abcdef";

    /** Returns the file. */
    Path write() throws IOException {
        Files.writeString(folder.resolve("keys.txt"), KEY + "\n");
        return Files.writeString(folder.resolve("runnel.yaml"), """
                servers:
                  first: &server
                    url: %1$s
                    max-concurrent: 100000
                    requests-per-minute: 100000000
                    tokens-per-minute: 1000000000
                  second: *server
                models:
                  %2$s: %2$s on first, second
                projects:
                  bench:
                    key-file: keys.txt
                    models: [%2$s, "other-*"]
                    requests-per-minute: 100000000
                    tokens-per-minute: 1000000000
                    tokens-per-day: 1000000000000
                    concurrent-runs: 100000
                    storage: 1TiB
                """.formatted(model, Relay.MODEL));
    }
}
