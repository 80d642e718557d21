package dev.runnel.client;

import dev.runnel.client.transport.ProxySettings;
import dev.runnel.client.transport.SocketTransport;
import dev.runnel.client.transport.TlsSettings;
import dev.runnel.client.transport.Transport;
import dev.runnel.client.transport.Transport.Timeouts;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A client of one server: Runnel, or any other that speaks chat completions or the Assistants API v2.
 *
 * <pre>{@code
 * try (RunnelClient client = RunnelClient.fromEnvironment();
 *         ChatStream stream = client.chat().stream(ChatRequest.builder("any", List.of(ChatMessage.user("Hi"))).build())) {
 *     stream.textDeltas().forEach(System.out::print);
 * }
 * }</pre>
 *
 * <p>Thread-safe; one is enough for a program. Streams it opened are for one reading thread each. Failures are
 * {@link RunnelException}s.
 */
public final class RunnelClient implements AutoCloseable {
    /** Where requests go unless told otherwise. */
    public static final String DEFAULT_BASE_URL = "https://api.openai.com/v1";

    private final Exchange exchange;
    private final Async async;

    private RunnelClient(ClientOptions options, Transport transport, Executor threads) {
        this.exchange = new Exchange(options, transport);
        this.async = new Async(threads);
    }

    /** A client of the server, and with the key, that the environment names: {@code OPENAI_BASE_URL}, {@code OPENAI_API_KEY}. */
    public static RunnelClient fromEnvironment() {
        return builder().build();
    }

    /**
     * A builder whose base URL and key are those of the environment, {@code OPENAI_BASE_URL} and {@code OPENAI_API_KEY}, unless
     * told otherwise. The environment's key belongs to the environment's base URL: one that is set here is never sent that key.
     */
    public static Builder builder() {
        return new Builder(System::getenv);
    }

    /** Chat completions. */
    public ChatApi chat() {
        return new ChatApi(exchange, async);
    }

    /** Assistants. */
    public AssistantsApi assistants() {
        return new AssistantsApi(exchange);
    }

    /** Threads. */
    public ThreadsApi threads() {
        return new ThreadsApi(exchange);
    }

    /** The messages of threads. */
    public MessagesApi messages() {
        return new MessagesApi(exchange);
    }

    /** Runs and their steps. */
    public RunsApi runs() {
        return new RunsApi(exchange, async);
    }

    /** Files. */
    public FilesApi files() {
        return new FilesApi(exchange);
    }

    /** The models the server names. */
    public ModelsApi models() {
        return new ModelsApi(exchange);
    }

    /** Ends what is under way, streams too, and releases the transport. A second call does nothing. */
    @Override
    public void close() {
        exchange.close();
    }

    /** Collects a client's options; every timeout must be more than nothing. Not thread-safe. */
    public static final class Builder {
        /** Longer than anybody waits, and short enough to be counted in nanoseconds. */
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
        private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        private @Nullable ProxySettings proxies;
        private @Nullable TlsSettings tls;
        private Executor threads = Async.daemons();
        private @Nullable Transport transport;

        Builder(UnaryOperator<@Nullable String> environment) {
            this.environment = environment;
        }

        /** The URL that paths like {@code /chat/completions} are appended to. Usually ends in {@code /v1}. */
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

        /** How long to wait for a response's headers; a whole reply's come when it is finished. Default 10 minutes. */
        public Builder responseTimeout(Duration timeout) {
            responseTimeout = checked(timeout);
            return this;
        }

        /** How long a stream may be silent; keep-alive comments count as life. Default 60 seconds. */
        public Builder idleTimeout(Duration timeout) {
            idleTimeout = checked(timeout);
            return this;
        }

        /** How long a request may take at all, its further tries and its stream's end included. Null, the default, for no limit. */
        public Builder totalTimeout(@Nullable Duration timeout) {
            totalTimeout = timeout == null ? null : checked(timeout);
            return this;
        }

        /**
         * How often a request is tried again, if it may be: reading and chat completions after any failure that may pass; anything
         * else only if it cannot have been carried out, or if {@linkplain #idempotencyKeys keys} make that no matter. Default 2.
         */
        public Builder maxRetries(int retries) {
            maxRetries = retries;
            return this;
        }

        /**
         * Says that the server does work once that it is sent twice with the same {@code Idempotency-Key}. Runnel does so for threads,
         * messages, runs and tool outputs for 24 hours. The client then sends such a key with each of these, and tries them again as
         * freely as it reads. Off by default: a server that does not know the header would do the work twice.
         */
        public Builder idempotencyKeys(boolean honoured) {
            idempotencyKeys = honoured;
            return this;
        }

        /**
         * Where asynchronous streams are read, each blocking a thread until its end. By default each gets a daemon thread of its own;
         * from Java 21 on, {@code Executors.newVirtualThreadPerTaskExecutor()} carries thousands. The client does not end it.
         */
        public Builder executor(Executor executor) {
            threads = executor;
            return this;
        }

        /**
         * A header sent with every request, instead of the client's own of that name, if it has one. A second call with the same name
         * replaces the first.
         *
         * @throws IllegalArgumentException if it cannot be sent, or is one that each request decides itself, such as Content-Length
         */
        public Builder header(String name, String value) {
            headers.put(DefaultHeaders.checkedName(name), DefaultHeaders.checkedValue(name, value));
            return this;
        }

        /**
         * The proxy to go through. By default the one that Java is told of ({@code -Dhttps.proxyHost}, …); the environment's
         * {@code HTTPS_PROXY} is read only if it is asked for: {@link ProxySettings#fromEnvironment}.
         */
        public Builder proxy(ProxySettings settings) {
            proxies = settings;
            return this;
        }

        /** Which servers are trusted over TLS, and the client's own certificate. By default those that Java trusts, and none. */
        public Builder tls(TlsSettings settings) {
            tls = settings;
            return this;
        }

        /**
         * HTTP by other means than a {@link SocketTransport}, with its own proxies and TLS. The client owns it from here on.
         */
        public Builder transport(Transport other) {
            transport = other;
            return this;
        }

        /**
         * The client.
         *
         * @throws IllegalArgumentException if the base URL is none, or the proxy is not supported
         * @throws IllegalStateException if a transport is given, and a proxy or TLS settings beside it
         */
        public RunnelClient build() {
            String url = baseUrl != null ? baseUrl : or(environment.apply("OPENAI_BASE_URL"), DEFAULT_BASE_URL);
            String key = keyGiven || baseUrl != null ? apiKey : environment.apply("OPENAI_API_KEY");
            checkBaseUrl(url);
            if (transport != null && (proxies != null || tls != null)) {
                throw new IllegalStateException("a transport has its own proxy and TLS: set them there");
            }
            ProxySettings through = proxies == null ? ProxySettings.fromJava() : proxies;
            ClientOptions options = new ClientOptions(
                    url.endsWith("/") ? url.substring(0, url.length() - 1) : url,
                    key == null || key.isBlank() ? null : key.strip(),
                    Map.copyOf(headers),
                    new Timeouts(connectTimeout, responseTimeout, idleTimeout, totalTimeout),
                    maxRetries,
                    idempotencyKeys,
                    transport == null ? through.proxyFor(URI.create(url)).orElse(null) : null);
            return new RunnelClient(options, transport == null
                    ? new SocketTransport(through, tls == null ? TlsSettings.DEFAULT : tls)
                    : transport, threads);
        }

        private static Duration checked(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("a timeout of " + timeout + " leaves no time for anything");
            }
            return timeout.compareTo(FOR_EVER) < 0 ? timeout : FOR_EVER;
        }

        private static void checkBaseUrl(String url) {
            boolean usable;
            try {
                URI uri = new URI(url);
                usable = uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
            } catch (URISyntaxException e) {
                usable = false;
            }
            if (!usable) {
                throw new IllegalArgumentException(
                        "'" + url + "' is no base URL; it looks like http://127.0.0.1:8080/v1");
            }
        }

        private static String or(@Nullable String value, String otherwise) {
            return value == null || value.isBlank() ? otherwise : value.strip();
        }
    }
}
