package dev.runnel.bench;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a load is made of.
 *
 * @param url       the server under load, with {@code /v1}; http only
 * @param tokens    that the model sends per stream
 * @param interval  from token to token, as the model is set to
 * @param ramp      over which the starts of the streams are spread evenly
 * @param patience  beyond the planned end, after which streams that are still open count as failed
 * @param rounds    how often the whole load is repeated; the first warms both sides up
 * @param servePort where to serve the paced model from this process, or null to leave that to others
 * @param serverPid the process whose CPU time is reported, or null
 */
record LoadOptions(URI url, Kind kind, int streams, int tokens, Duration interval, Duration ramp, Duration patience,
        int rounds, String model, @Nullable String key, @Nullable Integer servePort, @Nullable Long serverPid) {

    enum Kind {
        CHAT, RUN
    }

    static LoadOptions parse(String... args) {
        var arguments = new Arguments(args);
        var servePort = arguments.text("serve-model");
        var serverPid = arguments.text("server-pid");
        var options = new LoadOptions(
                URI.create(arguments.text("url", "http://127.0.0.1:8080/v1")),
                Kind.valueOf(arguments.text("kind", "run").toUpperCase(Locale.ROOT)),
                arguments.integer("streams", 100),
                arguments.integer("tokens", 500),
                arguments.millis("interval-ms", 2),
                arguments.millis("ramp-ms", 500),
                arguments.millis("patience-ms", 30_000),
                arguments.integer("rounds", 1),
                arguments.text("model", "paced"),
                arguments.text("key"),
                servePort == null ? null : Integer.valueOf(servePort),
                serverPid == null ? null : Long.valueOf(serverPid));
        arguments.rejectUnknown();
        return options;
    }

    /** When the i-th stream starts, in nanoseconds after the round's start. */
    long startNanos(int stream) {
        return ramp.toNanos() * stream / streams;
    }

    Duration timeout() {
        return ramp.plus(interval.multipliedBy(tokens)).plus(patience);
    }
}
