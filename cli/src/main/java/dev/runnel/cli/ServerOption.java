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

    /** The named server's address, or else the default one. */
    String address() {
        String named = named();
        return named != null ? named : USUAL;
    }

    /** The key for the server; null if none is given. */
    @Nullable
    String key() {
        return values().find(KEY);
    }

    /** The named server, or else the one at the default address. */
    Target open() {
        return Target.remote(address(), key());
    }

    /** The server's routes that the protocol does not have. */
    OwnRoutes routes() {
        return new OwnRoutes(address(), key());
    }

    /** The option that names the same server again; begins with a space if it is not empty. */
    String again() {
        return values().typed(URL) ? " --server " + named() : "";
    }
}
