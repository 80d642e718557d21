package dev.runnel.server.config;

import dev.runnel.server.model.ModelServer;
import dev.runnel.server.options.Kind;
import dev.runnel.server.options.Option;
import java.time.Duration;
import java.util.List;

/** The members of a model server in the file. */
public final class ServerMembers {
    private static final Kind<Integer> COUNT = Kind.number("N", 1, 1_000_000_000);
    private static final Kind<Duration> TIME = Kind.span(Duration.ofSeconds(1), Duration.ofDays(1));

    public static final Option<String> URL = Option.of("url", Kind.text("URL"),
            "Its base URL, as in http://gpu1:8000/v1.");

    public static final Option<String> KEY_ENV = Option.of("key-env", Kind.text("VARIABLE"),
            "The environment variable that holds its key.");

    public static final Option<String> KEY_FILE = Option.of("key-file", Kind.text("FILE"),
            "The file that holds its key.");

    public static final Option<Integer> WEIGHT = Option.of("weight", Kind.number("N", 1, 1_000),
            "Its share of the calls among equal servers.").orElse(1);

    public static final Option<Boolean> HIDDEN = Option.flag("hidden",
            "Clients may not ask for its models by its own names.");

    public static final Option<Integer> MAX_CONCURRENT = Option.of("max-concurrent", COUNT, "Its calls at once.")
            .otherwise("no limit");

    public static final Option<Integer> REQUESTS_PER_MINUTE = Option.of("requests-per-minute", COUNT,
            "Its calls a minute.").otherwise("no limit");

    public static final Option<Integer> TOKENS_PER_MINUTE = Option.of("tokens-per-minute", COUNT,
            "Its tokens a minute, of prompts and replies.").otherwise("no limit");

    public static final Option<Integer> CIRCUIT_FAULTS = Option.of("circuit-faults", Kind.number("N", 1, 1_000),
            "So many faults in a row, and it is left alone.").orElse(5);

    public static final Option<Duration> CIRCUIT_PAUSE = Option.of("circuit-pause", TIME,
            "How long it is left alone before a call tries it again.").orElse(Duration.ofSeconds(30));

    public static final Option<Duration> CONNECT_TIMEOUT = Option.of("connect-timeout", TIME,
            "How long a connection may take.").orElse(ModelServer.Times.DEFAULT.connect());

    public static final Option<Duration> RESPONSE_TIMEOUT = Option.of("response-timeout", TIME,
            "How long the begin of an answer may take.").orElse(ModelServer.Times.DEFAULT.response());

    public static final Option<Duration> IDLE_TIMEOUT = Option.of("idle-timeout", TIME,
            "How long it may be silent within an answer.").orElse(ModelServer.Times.DEFAULT.idle());

    public static final Option<Integer> RETRIES = Option.of("retries", Kind.number("N", 0, 10),
            "How often a call is tried again at this server.").orElse(ModelServer.RETRIES);

    public static final Option<Boolean> MERGE_ROLES = Option.flag("merge-roles",
            "Send turns of one role in a row as one, for strict chat templates.");

    public static final Option<String> TLS_CA = Option.of("tls-ca", Kind.text("FILE"),
            "A PEM file of the certificates to trust.").otherwise("those that Java trusts");

    /** All that are options. */
    public static final List<Option<?>> OPTIONS = List.of(
            URL, KEY_ENV, KEY_FILE, WEIGHT, HIDDEN, MAX_CONCURRENT, REQUESTS_PER_MINUTE, TOKENS_PER_MINUTE,
            CIRCUIT_FAULTS, CIRCUIT_PAUSE, CONNECT_TIMEOUT, RESPONSE_TIMEOUT, IDLE_TIMEOUT, RETRIES, MERGE_ROLES,
            TLS_CA);

    static final String HEADERS = "headers";
    static final String BODY = "body";

    private ServerMembers() {}
}
