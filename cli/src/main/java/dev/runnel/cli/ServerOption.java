package dev.runnel.cli;

import dev.runnel.server.options.Kind;
import dev.runnel.server.options.Option;
import dev.runnel.server.options.OptionValues;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** The options that name a running server. */
final class ServerOption {
    /** The default address of {@code runnel serve}. */
    static final String USUAL = "http://127.0.0.1:8080/v1";

    static final Option<String> URL = Option.of("server", Kind.text("URL"), "Ask this running server.")
            .variable("RUNNEL_SERVER");

    static final Option<String> KEY = Option.of("api-key", Kind.text("KEY").ofSecrets(), "The server's key.")
            .variable("RUNNEL_API_KEY");

    @Mixin
    final Given given = Given.inherited(URL, KEY);

    OptionValues values() {
        return given.values();
    }

    /** The named server; null if none is. */
    @Nullable
    String named() {
        return values().find(URL);
    }

    /** The named server, or else the one at the default address. */
    Target open() {
        String named = named();
        return Target.remote(named != null ? named : USUAL, values().find(KEY));
    }

    /** The option that names the same server again; begins with a space if it is not empty. */
    String again() {
        return values().typed(URL) ? " --server " + named() : "";
    }
}
