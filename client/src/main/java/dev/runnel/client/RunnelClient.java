package dev.runnel.client;

import dev.runnel.client.exchange.DefaultHeaders;
import dev.runnel.client.transport.ByteBudget;
import dev.runnel.client.transport.ProxySettings;
import dev.runnel.client.transport.SocketTransport;
import dev.runnel.client.transport.TlsSettings;
import dev.runnel.client.transport.Transport;
import dev.runnel.client.transport.Transport.Timeouts;
import dev.runnel.protocol.json.JacksonVersion;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A client of one server: Runnel, or any other server of chat completions, of the Assistants API v2 or of the Responses API.
 *
 * <pre>{@code
 * try (RunnelClient client = RunnelClient.fromEnvironment();
 *         ChatStream stream = client.chat().stream(ChatRequest.builder("any", List.of(ChatMessage.user("Hi"))).build())) {
 *     stream.textDeltas().forEach(System.out::print);
 * }
 * }</pre>
 *
 * <p>Thread-safe; a program needs one. Each of its streams has one reading thread. Failures are {@link RunnelException}s.
 */
public final class RunnelClient implements AutoCloseable {
    /** The base URL if neither the program nor the environment names one. */
    public static final String DEFAULT_BASE_URL = "https://api.openai.com/v1";

    private final Requester requester;
    private final Async async;

    private RunnelClient(ClientOptions options, Transport transport, Executor threads) {
        this.requester = new Requester(options, transport);
        this.async = new Async(threads);
    }

    /** A client with the base URL and the key of the environment: {@code OPENAI_BASE_URL}, {@code OPENAI_API_KEY}. */
    public static RunnelClient fromEnvironment() {
        return builder().build();
    }

    /**
     * A builder. Its base URL and its key are those of the environment by default: {@code OPENAI_BASE_URL} and {@code OPENAI_API_KEY}. If
     * you set another base URL, the environment's key is not sent there.
     */
    public static Builder builder() {
        return new Builder(System::getenv);
    }

    /** Chat completions. */
    public ChatApi chat() {
        return new ChatApi(requester, async);
    }

    /** Assistants. */
    public AssistantsApi assistants() {
        return new AssistantsApi(requester);
    }

    /** Threads. */
    public ThreadsApi threads() {
        return new ThreadsApi(requester);
    }

    /** The messages of threads. */
    public MessagesApi messages() {
        return new MessagesApi(requester);
    }

    /** Runs and their steps. */
    public RunsApi runs() {
        return new RunsApi(requester, async);
    }

    /** Responses: the API that succeeds assistants and runs. */
    public ResponsesApi responses() {
        return new ResponsesApi(requester, async);
    }

    /** Conversations, to which responses belong. */
    public ConversationsApi conversations() {
        return new ConversationsApi(requester);
    }

    /** Files. */
    public FilesApi files() {
        return new FilesApi(requester);
    }

    /** Vector stores. */
    public VectorStoresApi vectorStores() {
        return new VectorStoresApi(requester, async);
    }

    /** The models the server names. */
    public ModelsApi models() {
        return new ModelsApi(requester);
    }

    /** The vectors of texts. */
    public EmbeddingsApi embeddings() {
        return new EmbeddingsApi(requester);
    }

    /** Ends all calls and streams, and closes the connections. A second call does nothing. */
    @Override
    public void close() {
        requester.close();
    }

    /** Collects a client's options; every timeout must be positive. Not thread-safe. */
    public static final class Builder {
        /** Longer than anybody waits, and short enough to count in nanoseconds. */
        private static final Duration FOR_EVER = Duration.ofDays(36_500);

        private final UnaryOperator<@Nullable String> environment;
        private @Nullable String baseUrl;
        private @Nullable String apiKey;
        private boolean keyGiven;
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration responseTimeout = Duration.ofMinutes(10);
        private Duration idleTimeout = Duration.ofMinutes(1);
        private @Nullable Duration totalTimeout;
        private int maxRetries = 2;
        private boolean idempotencyKeys;
        private Supplier<Map<String, String>> perRequest = Map::of;
        private ByteBudget budget = ByteBudget.UNLIMITED;
        private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        private @Nullable ProxySettings proxies;
        private @Nullable TlsSettings tls;
        private Executor threads = Async.daemons();
        private @Nullable Transport transport;

        Builder(UnaryOperator<@Nullable String> environment) {
            this.environment = environment;
        }

        /**
         * The URL that paths like {@code /chat/completions} are appended to. Usually ends in {@code /v1}. Read as {@link
         * BaseUrl#parse} does: its query is sent with each request, and its user and password as {@code Authorization: Basic}.
         */
        public Builder baseUrl(String url) {
            baseUrl = url;
            return this;
        }

        /** The key sent as {@code Authorization: Bearer}; null or empty for none. */
        public Builder apiKey(@Nullable String key) {
            apiKey = key;
            keyGiven = true;
            return this;
        }

        /** How long to wait for a connection. Default 10 seconds. */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = checked(timeout);
            return this;
        }

        /**
         * How long to wait for a response's headers. Without a stream, they come when the reply is finished. Default 10
         * minutes.
         */
        public Builder responseTimeout(Duration timeout) {
            responseTimeout = checked(timeout);
            return this;
        }

        /** How long a stream may be silent; keep-alive comments count as data. Default 60 seconds. */
        public Builder idleTimeout(Duration timeout) {
            idleTimeout = checked(timeout);
            return this;
        }

        /** How long a request may take in all, with all its retries, up to its stream's end. Null, the default, for no limit. */
        public Builder totalTimeout(@Nullable Duration timeout) {
            totalTimeout = timeout == null ? null : checked(timeout);
            return this;
        }

        /**
         * How often the client tries a request again. Requests that read, and chat completions, are tried again after any
         * failure that may pass; all other requests only if the server cannot have carried them out, or with {@linkplain
         * #idempotencyKeys keys}. Default 2.
         */
        public Builder maxRetries(int retries) {
            maxRetries = retries;
            return this;
        }

        /**
         * Whether the server knows {@code Idempotency-Key}: it then does the work once, even if it gets the same key twice.
         * Runnel knows it for threads, messages, runs, tool outputs and responses, for 24 hours. The client sends a key with each of
         * these, and tries them again like requests that read. Off by default: a server that does not know the header would do
         * the work twice.
         */
        public Builder idempotencyKeys(boolean honoured) {
            idempotencyKeys = honoured;
            return this;
        }

        /** Supplies headers for each request, on the request's thread; none by default. */
        public Builder headersPerRequest(Supplier<Map<String, String>> headers) {
            perRequest = headers;
            return this;
        }

        /**
         * Limits the memory of whole answers and large events together. A request that finds no room fails with an {@link
         * ApiException} of status 503. No limit by default.
         */
        public Builder answerBudget(ByteBudget limit) {
            budget = limit;
            return this;
        }

        /**
         * The threads for asynchronous calls. Each call blocks one until its end. By default each has a daemon thread of its own. From Java
         * 21 on, {@code Executors.newVirtualThreadPerTaskExecutor()} carries thousands. The client does not shut the executor down.
         */
        public Builder executor(Executor executor) {
            threads = executor;
            return this;
        }

        /**
         * A header sent with every request, instead of the client's own of that name, if it has one. A second call with the same name
         * replaces the first.
         *
         * @throws IllegalArgumentException if it cannot be sent, or if each request sets it itself, as Content-Length
         */
        public Builder header(String name, String value) {
            headers.put(DefaultHeaders.checkedName(name), DefaultHeaders.checkedValue(name, value));
            return this;
        }

        /**
         * The proxy to use. By default the one that Java's properties name ({@code -Dhttps.proxyHost}, …). To use the
         * environment's {@code HTTPS_PROXY}, pass {@link ProxySettings#fromEnvironment}.
         */
        public Builder proxy(ProxySettings settings) {
            proxies = settings;
            return this;
        }

        /**
         * Which servers are trusted over TLS, and the client's own certificate. By default the servers that Java trusts, and no
         * certificate.
         */
        public Builder tls(TlsSettings settings) {
            tls = settings;
            return this;
        }

        /** Another transport than a {@link SocketTransport}, with its own proxies and TLS. The client closes it. */
        public Builder transport(Transport other) {
            transport = other;
            return this;
        }

        /**
         * The client.
         *
         * @throws IllegalArgumentException if the base URL is invalid, if a header cannot carry the key, or if the proxy is
         *     not supported
         * @throws IllegalStateException if there is a transport, and also a proxy or TLS settings; or if the Jackson on the
         *     class path is too old
         */
        public RunnelClient build() {
            JacksonVersion.check();
            String url = baseUrl != null ? baseUrl : or(environment.apply("OPENAI_BASE_URL"), DEFAULT_BASE_URL);
            String key = keyGiven || baseUrl != null ? apiKey : environment.apply("OPENAI_API_KEY");
            BaseUrl base = BaseUrl.parse(url);
            boolean keyed = key != null && !key.isBlank();
            if (keyed && base.authorization().isPresent()) {
                throw new IllegalArgumentException("the base URL " + base
                        + " has a user and a password, and there is a key too: the client can send only one of them");
            }
            if (transport != null && (proxies != null || tls != null)) {
                throw new IllegalStateException(
                        "the given transport has its own proxy and TLS settings: set them on the transport");
            }
            ProxySettings through = proxies == null ? ProxySettings.fromJava() : proxies;
            ClientOptions options = new ClientOptions(
                    base,
                    keyed && key != null ? DefaultHeaders.checkedValue("Authorization", key.strip()) : null,
                    Map.copyOf(headers),
                    perRequest,
                    new Timeouts(connectTimeout, responseTimeout, idleTimeout, totalTimeout),
                    maxRetries,
                    idempotencyKeys,
                    budget,
                    transport == null ? through.proxyFor(URI.create(base.toString())).orElse(null) : null);
            return new RunnelClient(options, transport == null
                    ? new SocketTransport(through, tls == null ? TlsSettings.DEFAULT : tls)
                    : transport, threads);
        }

        private static Duration checked(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("a timeout of " + timeout + " is not positive");
            }
            return timeout.compareTo(FOR_EVER) < 0 ? timeout : FOR_EVER;
        }

        private static String or(@Nullable String value, String otherwise) {
            return value == null || value.isBlank() ? otherwise : value.strip();
        }
    }
}
