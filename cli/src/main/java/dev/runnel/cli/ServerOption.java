package dev.runnel.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that name a running server. */
final class ServerOption {
    /** The default address of {@code runnel serve}. */
    static final String USUAL = "http://127.0.0.1:8080/v1";

    @Option(names = "--server", paramLabel = "URL", scope = ScopeType.INHERIT, description = "Ask this running server. Or: RUNNEL_SERVER.")
    @Nullable
    String url;

    @Option(names = "--api-key", paramLabel = "KEY", scope = ScopeType.INHERIT, description = "The server's key. Better: RUNNEL_API_KEY, because other users of this machine can read a command's options.")
    @Nullable
    String key;

    /** The server that the options or the environment name; null if none is. */
    @Nullable
    String named(Map<String, String> environment) {
        return url != null ? url : ModelSource.set(environment, "RUNNEL_SERVER");
    }

    @Nullable
    String key(Map<String, String> environment) {
        return key != null ? key : ModelSource.set(environment, "RUNNEL_API_KEY");
    }

    /** The named server, or else the one at the default address. */
    Target open() {
        Map<String, String> environment = System.getenv();
        String named = named(environment);
        return Target.remote(named != null ? named : USUAL, key(environment));
    }

    /** The option that names the same server again; begins with a space if it is not empty. */
    String again() {
        return url == null ? "" : " --server " + url;
    }
}
