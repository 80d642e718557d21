package dev.runnel.bench.relay;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The server between the model and the load. */
enum Target {
    /** Nothing: what model and load cost and delay by themselves. */
    FLOOR("straight to the model"),
    NGINX("nginx"),
    PORTKEY("@portkey-ai/gateway"),
    CHAT("runnel, chat completions"),
    CHAT_ROUTED("runnel, chat completions routed and limited"),
    RUN("runnel, runs"),
    RUN_ROUTED("runnel, runs routed and limited"),
    RUN_LOGGED("runnel, runs with an access log"),
    RUN_ON_POSTGRESQL("runnel, runs on PostgreSQL"),
    RESPONSE("runnel, responses"),
    RESPONSE_ON_POSTGRESQL("runnel, responses on PostgreSQL");

    private static final Path PORTKEY_PACKAGE = Path.of("bench", "peers", "node_modules", "@portkey-ai", "gateway");
    static final Path PORTKEY_PROGRAM = PORTKEY_PACKAGE.resolve("build").resolve("start-server.js");

    private final String title;

    Target(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /**
     * Starts it; it takes connections when this returns.
     *
     * @param database the URL of the PostgreSQL database for the targets that need one, or null
     */
    Relay start(Path folder, URI model, int openFiles, @Nullable String database)
            throws IOException, InterruptedException {
        return switch (this) {
            case FLOOR -> Relay.straightTo(model);
            case NGINX -> Relay.nginx(folder, model, openFiles);
            case PORTKEY -> Relay.portkey(folder, model);
            case CHAT -> Relay.runnel(Endpoint::chat, folder, model);
            case CHAT_ROUTED -> Relay.routed(Endpoint::chat, folder, model);
            case RUN -> Relay.runnel(Endpoint::run, folder, model);
            case RUN_ROUTED -> Relay.routed(Endpoint::run, folder, model);
            case RUN_LOGGED -> Relay.runnel(Endpoint::run, folder, model, "--access-log");
            case RUN_ON_POSTGRESQL ->
                    Relay.runnel(Endpoint::run, folder, model, "--database", Objects.requireNonNull(database));
            case RESPONSE -> Relay.runnel(Endpoint::response, folder, model);
            case RESPONSE_ON_POSTGRESQL ->
                    Relay.runnel(Endpoint::response, folder, model, "--database", Objects.requireNonNull(database));
        };
    }

    /** The exact version, or null if there is none of the target here. Builds Runnel if need be. */
    @Nullable
    String version(@Nullable String database) {
        return switch (this) {
            case FLOOR -> "";
            case NGINX -> Commands.output("nginx", "-v");
            case PORTKEY -> Files.exists(PORTKEY_PROGRAM)
                    ? Commands.output("node", "-p", "'@portkey-ai/gateway ' + require('./" + PORTKEY_PACKAGE
                            + "/package.json').version + ', Node.js ' + process.version")
                    : null;
            case CHAT, CHAT_ROUTED, RUN, RUN_ROUTED, RUN_LOGGED, RESPONSE -> Commands.output("./runnel", "--version");
            case RUN_ON_POSTGRESQL, RESPONSE_ON_POSTGRESQL ->
                    database == null ? null : Commands.output("./runnel", "--version");
        };
    }

    /** How to get it. */
    String installation() {
        return switch (this) {
            case FLOOR -> "";
            case NGINX -> "apt-get install nginx";
            case PORTKEY -> "npm ci --ignore-scripts --prefix bench/peers";
            case CHAT, CHAT_ROUTED, RUN, RUN_ROUTED, RUN_LOGGED, RESPONSE -> "start this in the project's folder";
            case RUN_ON_POSTGRESQL, RESPONSE_ON_POSTGRESQL -> "give --database postgresql://…";
        };
    }

    static List<String> names() {
        return Arrays.stream(values()).map(target -> target.name().toLowerCase(Locale.ROOT)).toList();
    }
}
