package dev.runnel.server.options;

import dev.runnel.server.base.AllowedOrigins;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Durability;
import dev.runnel.server.base.OnFault;
import dev.runnel.server.sandbox.SandboxLimits;
import dev.runnel.server.time.SystemTimers;
import dev.runnel.server.time.Timers;
import dev.runnel.server.tool.filesearch.SearchPolicy;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The options of a server, and their values. Immutable, thread-safe.
 *
 * @param values the values of the options that are declared here
 * @param clock tells the time; tests replace it
 * @param timers run tasks at their times; tests replace them
 */
public record ServerOptions(OptionValues values, InstantSource clock, Timers timers) {
    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final Kind<Long> SIZE = Kind.size(KIB, GIB);
    private static final Kind<Duration> SPAN = Kind.span(Duration.ofSeconds(1), Duration.ofDays(30));
    private static final Kind<Integer> COUNT = Kind.number("N", 1, 1_000_000_000);

    public static final Option<String> HOST = Option.of("host", Kind.text("ADDRESS"), "Listen at this address.")
            .orElse("127.0.0.1");

    public static final Option<Integer> PORT = Option.of("port", Kind.number("PORT", 0, 65_535), """
            Listen at this port; 0 for any that is free.""")
            .orElse(8080);

    public static final Option<String> DATABASE = Option.of("database", Kind.text("URL"), """
            The database: sqlite:FILE, or postgresql://USER@HOST/NAME, which several servers may share.""")
            .variable("RUNNEL_DATABASE").orElse("sqlite:runnel.db");

    public static final Option<ApiKeys> API_KEYS = Option
            .of("api-key", Kind.list("[PROJECT=]KEY", ApiKeys::of).ofSecrets(), """
                    Take requests with this key only. Can be repeated; @FILE names a file with one key a line.""")
            // An empty variable is a mistake, and does not mean "no keys".
            .variable(new Option.Variable("RUNNEL_API_KEYS", "a list", true)).orElse(ApiKeys.NONE);

    public static final Option<ApiKeys> OPERATOR_KEY = Option
            .of("operator-key", Kind.list("KEY", ApiKeys::withoutProject).ofSecrets(), """
                    The operator's key. It makes and revokes keys of projects, and sees what all projects used.""")
            .variable(new Option.Variable("RUNNEL_OPERATOR_KEY", "", true)).orElse(ApiKeys.NONE);

    public static final Option<AllowedOrigins> ALLOWED_ORIGINS = Option
            .of("allow-origin", Kind.list("ORIGIN", AllowedOrigins::of),
                    """
                            The origin of web pages that may send requests, as https://app.example; can be repeated. *, with keys only, allows \
                            all.""")
            .orElse(AllowedOrigins.NONE);

    public static final Option<Boolean> INSECURE = Option.flag("insecure", "Serve other machines without keys.");

    public static final Option<Boolean> NO_PAGE = Option.flag("no-page", "Serve the API alone, without the page at /.");

    public static final Option<String> TLS_CERT = Option.of("tls-cert", Kind.text("FILE"),
            """
                    Speak TLS with the certificate and the chain in this PEM file. The server loads a new certificate when the file changes.""");

    public static final Option<String> TLS_KEY = Option.of("tls-key", Kind.text("FILE"), """
            The certificate's private key, a PEM file (PKCS #8) without a password.""");

    public static final Option<String> TLS_CLIENT_CA = Option.of("tls-client-ca", Kind.text("FILE"), """
            Serve only clients whose certificate is signed by one of those in this PEM file.""");

    public static final Option<Boolean> ACCESS_LOG = Option.flag("access-log", """
            Log a line for each request: its id, project, method, path, status, and how long it took.""");

    public static final Option<URI> OTLP_ENDPOINT = Option.of("otlp-endpoint", Kind.url(), """
            Send traces of runs and chat completions to the OpenTelemetry collector at this URL, by OTLP over HTTP.""")
            .variable("OTEL_EXPORTER_OTLP_ENDPOINT");

    public static final Option<Map<String, String>> OTLP_HEADERS = Option
            .of("otlp-header", Kind.list("NAME=VALUE", HeaderTexts::read).ofSecrets(), """
                    Send this header to the collector, such as a key. Can be repeated.""")
            .variable("OTEL_EXPORTER_OTLP_HEADERS", "a list").orElse(Map.of());

    public static final Option<Integer> OTLP_PERCENT = Option.of("otlp-percent", Kind.number("N", 1, 100), """
            Send so many of a hundred traces. For a trace that a caller has begun, the caller decides.""")
            .orElse(100);

    public static final Option<String> SERVICE_NAME = Option.of("service-name", Kind.text("NAME"), """
            The server's name in traces.""")
            .variable("OTEL_SERVICE_NAME").orElse("runnel");

    public static final Option<Integer> MAX_CONNECTIONS = Option.of("max-connections", COUNT, """
            How many clients may be connected at once. More clients get a 503.""")
            .otherwise("half of the files that the process may still open");

    public static final Option<Long> MAX_BODY = Option.of("max-body", SIZE, "The largest request.").orElse(16 * MIB);

    public static final Option<Long> MAX_FILE = Option.of("max-file", SIZE, "The largest uploaded file.")
            .orElse(512 * MIB);

    public static final Option<Boolean> IGNORE_UNSUPPORTED_TOOLS = Option.flag("ignore-unsupported-tools",
            """
                    Accept tools that this server does not have, and leave them out of prompts. By default they are refused.""");

    public static final Option<String> EMBEDDING_MODEL = Option.of("embedding-model", Kind.text("MODEL"),
            """
                    Embed the files of vector stores with this model of the model server, instead of the built-in model, which knows English. \
                    The server embeds existing files again in the background.""");

    public static final Option<SearchPolicy.When> FILE_SEARCH = Option
            .of("file-search", Kind.choice("auto|always", SearchPolicy.When.class),
                    """
                            When runs search files. auto: the model calls the search. always: the server searches with the user's message before the \
                            model is asked, for models that never call tools.""")
            .orElse(SearchPolicy.DEFAULTS.when());

    public static final Option<Integer> FILE_SEARCH_TOKENS = Option.of("file-search-tokens", COUNT,
            """
                    Show the model at most this many tokens of passages for one search. Choose fewer for a model with a short context.""")
            .orElse(SearchPolicy.DEFAULTS.tokens());

    public static final Option<Boolean> CODE_INTERPRETER = Option.flag("code-interpreter",
            """
                    Run the Python code of models, in a sandbox of this machine. The server does not start if the sandbox does not contain what \
                    it should.""");

    public static final Option<String> CODE_INTERPRETER_URL = Option.of("code-interpreter-url", Kind.text("URL"),
            """
                    Run the Python code of models on this sandbox server, which 'runnel sandbox' starts, instead of on this machine.""");

    public static final Option<String> CODE_INTERPRETER_KEY = Option
            .of("code-interpreter-key", Kind.text("KEY").ofSecrets(), "The sandbox server's key.")
            .variable("RUNNEL_CODE_INTERPRETER_KEY");

    public static final Option<Integer> CODE_SESSIONS = Option.of("code-sessions", Kind.number("N", 1, 1_000),
            """
                    How many threads may have a Python session at once. One is kept for an hour, or until its place is needed.""")
            .orElse(SandboxLimits.DEFAULTS.sessions());

    public static final Option<Long> CODE_MEMORY = Option.of("code-memory", Kind.size(128 * MIB, 64 * GIB), """
            How much memory one Python session may take. Its files, up to 256 MiB, come on top.""")
            .orElse(SandboxLimits.DEFAULTS.memory());

    public static final Option<Durability> DURABILITY = Option
            .of("durability", Kind.choice("LEVEL", Durability.class),
                    """
                            normal: events that a reader saw survive the end of the process. full: they survive a power failure too.""")
            .orElse(Durability.NORMAL);

    public static final Option<Duration> RUN_LIFETIME = Option
            .of("run-lifetime", SPAN, "A run expires this long after its creation.")
            .orElse(Duration.ofMinutes(10));

    public static final Option<Duration> EVENT_RETENTION = Option.of("event-retention", SPAN, """
            A run's stream can be read again for this long after its end. The run and its messages stay.""")
            .orElse(Duration.ofDays(1));

    public static final Option<OnFault> ON_CRASH = Option.of("on-crash", Kind.choice("retry|fail", OnFault.class), """
            If the server crashes during a run: retry tries it again, 3 times in all; fail ends it as failed.""")
            .orElse(OnFault.RETRY);

    public static final Option<OnFault> ON_MODEL_BREAK = Option
            .of("on-model-break", Kind.choice("retry|fail", OnFault.class),
                    """
                            If the model breaks off in the middle of a reply: fail ends the run as failed; retry asks the model for a new message, 3 times \
                            in all.""")
            .orElse(OnFault.FAIL);

    public static final Option<Integer> MAX_RUNS = Option.of("max-runs", COUNT, """
            Execute at most this many runs at once. Further runs are queued, first come, first served.""")
            .orElse(10_000);

    public static final Option<Integer> MAX_ROUNDS = Option.of("max-rounds", COUNT, """
            A run with more rounds of tool calls fails.""")
            .orElse(128);

    public static final Option<Integer> MAX_EVENTS = Option.of("max-events", COUNT, "A run with more events fails.")
            .orElse(1_000_000);

    public static final Option<Integer> MAX_MESSAGE = Option.of("max-message", COUNT, """
            A run whose reply has more characters fails.""")
            .orElse(10_000_000);

    /** How long a run's stream may be silent before the server sends a comment. Not offered to users. */
    public static final Option<Duration> HEARTBEAT = Option.of("heartbeat", SPAN, "").orElse(Duration.ofSeconds(15));

    /** How long a client may read nothing of a response before the server closes the connection. Not offered to users. */
    public static final Option<Duration> READER_PATIENCE = Option.of("reader-patience", SPAN, "")
            .orElse(Duration.ofSeconds(60));

    /** The options that users may set. */
    public static final List<Option<?>> OFFERED = List.of(
            HOST, PORT, DATABASE, API_KEYS, OPERATOR_KEY, ALLOWED_ORIGINS, INSECURE, NO_PAGE, TLS_CERT, TLS_KEY,
            TLS_CLIENT_CA, ACCESS_LOG, OTLP_ENDPOINT, OTLP_HEADERS, OTLP_PERCENT, SERVICE_NAME,
            MAX_CONNECTIONS,
            MAX_BODY, MAX_FILE,
            IGNORE_UNSUPPORTED_TOOLS, EMBEDDING_MODEL, FILE_SEARCH, FILE_SEARCH_TOKENS, CODE_INTERPRETER,
            CODE_INTERPRETER_URL, CODE_INTERPRETER_KEY, CODE_SESSIONS, CODE_MEMORY,
            DURABILITY, RUN_LIFETIME,
            EVENT_RETENTION,
            ON_CRASH, ON_MODEL_BREAK, MAX_RUNS, MAX_ROUNDS, MAX_EVENTS, MAX_MESSAGE);

    /** The defaults. */
    public static final ServerOptions DEFAULTS = of(OptionValues.NONE);

    /** Options with these values, and the system's clock. */
    public static ServerOptions of(OptionValues values) {
        return new ServerOptions(values, InstantSource.system(), SystemTimers.get());
    }

    /** Defaults for a server that is used on this machine only: on loopback, at any free port. */
    public static ServerOptions local(String database) {
        return DEFAULTS.with(PORT, 0).with(DATABASE, database);
    }

    /** The value of an option. */
    public <T> T get(Option<T> option) {
        return values.get(option);
    }

    /** The value of an option, or its default; null if it has neither. */
    public <T> @Nullable T find(Option<T> option) {
        return values.find(option);
    }

    /** The same options, but for one. */
    public <T> ServerOptions with(Option<T> option, T value) {
        return new ServerOptions(values.with(option, value), clock, timers);
    }

    /** The same options with another clock. */
    public ServerOptions clock(InstantSource other) {
        return new ServerOptions(values, other, timers);
    }

    /** The same options with other timers. */
    public ServerOptions timers(Timers others) {
        return new ServerOptions(values, clock, others);
    }

    /** Whether only this machine can reach the server. */
    public boolean loopback() {
        try {
            return InetAddress.getByName(get(HOST)).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether the server runs the code of models. */
    public boolean interpretsCode() {
        return get(CODE_INTERPRETER) || find(CODE_INTERPRETER_URL) != null;
    }

    /** Whether the server speaks TLS. */
    public boolean encrypted() {
        return find(TLS_CERT) != null;
    }

    /** Whether the options have keys, so that each request needs one. */
    public boolean keyed() {
        return !get(API_KEYS).isEmpty() || !get(OPERATOR_KEY).isEmpty();
    }

    /** Whether anybody may use the server from other machines: it listens beyond loopback and the options have no keys. */
    public boolean open() {
        return !keyed() && !loopback();
    }

    /** As {@link #check(boolean)}, for a server that has the keys of its options only. */
    public void check() {
        check(false);
    }

    /**
     * Refuses options with which strangers could use the server, half of those for TLS, and two places to run code.
     *
     * @param keyed whether the server has keys beside those of its options
     * @throws IllegalArgumentException if there is a certificate without a key, the other way round, or clients are asked for certificates without TLS; if the server is {@linkplain #open() open} and not declared {@code insecure}, or if it allows
     *     web pages of any origin and has no keys; if code is to be run both on this machine and on a sandbox server
     */
    public void check(boolean keyed) {
        if (open() && !keyed && !get(INSECURE)) {
            throw new IllegalArgumentException(get(HOST)
                    + " can be reached from other machines, and there are no keys, so anybody there could use the server."
                    + " Set keys with RUNNEL_API_KEYS or --api-key, or pass --insecure to serve anybody.");
        }
        if (get(ALLOWED_ORIGINS).any() && !keyed() && !keyed) {
            throw new IllegalArgumentException(
                    "--allow-origin '*' needs API keys: without them any web page that is opened on this machine could"
                            + " use the server. Name the origins that may.");
        }
        if (get(OPERATOR_KEY).shares(get(API_KEYS))) {
            throw new IllegalArgumentException(
                    "the operator's key is a key of a project too: make another one with 'openssl rand -hex 24'.");
        }
        if (encrypted() != (find(TLS_KEY) != null)) {
            throw new IllegalArgumentException(
                    "--tls-cert and --tls-key belong together: a certificate needs its key.");
        }
        if (find(TLS_CLIENT_CA) != null && !encrypted()) {
            throw new IllegalArgumentException(
                    "--tls-client-ca asks clients for certificates, which needs TLS: add --tls-cert and --tls-key.");
        }
        if (get(CODE_INTERPRETER) && find(CODE_INTERPRETER_URL) != null) {
            throw new IllegalArgumentException(
                    "--code-interpreter runs code on this machine, and --code-interpreter-url"
                            + " on another: pass one of them.");
        }
    }
}
