package dev.runnel.bench.relay;

import dev.runnel.bench.Arguments;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@link RelayLoad}.
 *
 * @param url       the server under load, with {@code /v1}; http only
 * @param rounds    how often the whole load is repeated; the first warms both sides up
 * @param servePort where to serve the paced model from this process, or null to leave that to others
 * @param serverPid the process whose CPU time is reported, or null
 */
record LoadOptions(URI url, Kind kind, Load load, int rounds, String model, @Nullable String key,
        @Nullable Integer servePort, @Nullable Long serverPid) {

    enum Kind {
        CHAT, RUN, RESPONSE
    }

    static LoadOptions parse(String... args) {
        var arguments = new Arguments(args);
        var servePort = arguments.text("serve-model");
        var serverPid = arguments.text("server-pid");
        int streams = arguments.integer("streams", 100);
        var options = new LoadOptions(
                URI.create(arguments.text("url", "http://127.0.0.1:8080/v1")),
                Kind.valueOf(arguments.text("kind", "run").toUpperCase(Locale.ROOT)),
                new Load(
                        streams,
                        arguments.integer("tokens", 500),
                        arguments.millis("interval-ms", 2),
                        arguments.millis("ramp-ms", 500),
                        arguments.millis("patience-ms", 30_000),
                        arguments.integer("replies", streams)),
                arguments.integer("rounds", 1),
                arguments.text("model", "paced"),
                arguments.text("key"),
                servePort == null ? null : Integer.valueOf(servePort),
                serverPid == null ? null : Long.valueOf(serverPid));
        arguments.rejectUnknown();
        return options;
    }

    /** Where the streams go; a run's assistant is made now. */
    Endpoint endpoint() {
        return switch (kind) {
            case CHAT -> Endpoint.chat(url, model, key);
            case RUN -> Endpoint.run(url, model, key);
            case RESPONSE -> Endpoint.response(url, model, key);
        };
    }
}
