package dev.runnel.bench.relay;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The server between the model and the load. */
enum Target {
    /** Nothing: what model and load cost and delay by themselves. */
    FLOOR("straight to the model"),
    NGINX("nginx"),
    PORTKEY("@portkey-ai/gateway"),
    CHAT("runnel, chat completions"),
    RUN("runnel, runs"),
    RESPONSE("runnel, responses");

    private static final Path PORTKEY_PACKAGE = Path.of("bench", "peers", "node_modules", "@portkey-ai", "gateway");
    static final Path PORTKEY_PROGRAM = PORTKEY_PACKAGE.resolve("build").resolve("start-server.js");

    private final String title;

    Target(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Starts it; it takes connections when this returns. */
    Relay start(Path folder, URI model, int openFiles) throws IOException, InterruptedException {
        return switch (this) {
            case FLOOR -> Relay.straightTo(model);
            case NGINX -> Relay.nginx(folder, model, openFiles);
            case PORTKEY -> Relay.portkey(folder, model);
            case CHAT -> Relay.runnelChat(folder, model);
            case RUN -> Relay.runnelRun(folder, model);
            case RESPONSE -> Relay.runnelResponse(folder, model);
        };
    }

    /** The exact version, or null if this machine does not have the target. Builds Runnel if need be. */
    @Nullable
    String version() {
        return switch (this) {
            case FLOOR -> "";
            case NGINX -> Commands.output("nginx", "-v");
            case PORTKEY -> Files.exists(PORTKEY_PROGRAM)
                    ? Commands.output("node", "-p", "'@portkey-ai/gateway ' + require('./" + PORTKEY_PACKAGE
                            + "/package.json').version + ', Node.js ' + process.version")
                    : null;
            case CHAT, RUN, RESPONSE -> Commands.output("./runnel", "--version");
        };
    }

    /** How to get it. */
    String installation() {
        return switch (this) {
            case FLOOR -> "";
            case NGINX -> "apt-get install nginx";
            case PORTKEY -> "npm ci --ignore-scripts --prefix bench/peers";
            case CHAT, RUN, RESPONSE -> "start this in the project's folder";
        };
    }

    static List<String> names() {
        return Arrays.stream(values()).map(target -> target.name().toLowerCase(Locale.ROOT)).toList();
    }
}
