package dev.runnel.cli;

import dev.runnel.protocol.JsonValue;
import dev.runnel.server.options.Kind;
import dev.runnel.server.options.Option;
import dev.runnel.server.options.OptionValues;
import java.io.IOException;
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

    /**
     * The answer of one of the server's own routes, which the client does not know.
     *
     * @param path from the server's root on
     * @throws Failures.CommandException if there is none, or it is no JSON object
     */
    JsonValue get(String path) {
        String base = Target.base(address());
        String root = base.substring(0, base.length() - "/v1".length());
        try (HttpProbe probe = new HttpProbe(root, key())) {
            HttpProbe.Answer answer = probe.get(root + path);
            if (answer.status() == 200 && answer.json().isObject()) {
                return answer.json();
            }
            throw new Failures.CommandException(root + " answers with " + answer.status() + ": " + answer.quoted());
        } catch (IOException e) {
            throw new Failures.CommandException(root + " cannot be reached: " + e.getMessage());
        }
    }

    /** The option that names the same server again; begins with a space if it is not empty. */
    String again() {
        return values().typed(URL) ? " --server " + named() : "";
    }
}
