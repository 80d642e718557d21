package dev.runnel.cli.servers;

import dev.runnel.cli.base.Given;
import dev.runnel.server.options.Kind;
import dev.runnel.server.options.Option;
import dev.runnel.server.options.OptionValues;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** The options that name a running server. */
public final class ServerOption {
    /** The default address of {@code runnel serve}. */
    public static final String USUAL = "http://127.0.0.1:8080/v1";

    public static final Option<String> URL = Option.of("server", Kind.text("URL"), "Ask this running server.")
            .variable("RUNNEL_SERVER");

    public static final Option<String> KEY = Option.of("api-key", Kind.text("KEY").ofSecrets(), "The server's key.")
            .variable("RUNNEL_API_KEY");

    @Mixin
    final Given given = Given.inherited(URL, KEY);

    public OptionValues values() {
        return given.values();
    }

    /** The named server; null if none is. */
    @Nullable
    public String named() {
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
    public Target open() {
        return Target.remote(address(), key());
    }

    /** The server's routes that the protocol does not have. */
    public OwnRoutes routes() {
        return new OwnRoutes(address(), key());
    }

    /** The option that names the same server again; begins with a space if it is not empty. */
    public String again() {
        return values().typed(URL) ? " --server " + named() : "";
    }
}
