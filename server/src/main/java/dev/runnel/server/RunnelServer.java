package dev.runnel.server;

import dev.runnel.client.transport.ByteBudget;
import dev.runnel.model.Model;
import dev.runnel.server.backend.Backend;
import dev.runnel.server.backend.Storage;
import dev.runnel.server.base.Descriptors;
import dev.runnel.server.base.Durability;
import dev.runnel.server.engine.Engine;
import dev.runnel.server.http.HttpApi;
import dev.runnel.server.http.HttpOptions;
import dev.runnel.server.http.exchange.RequestPolicy;
import dev.runnel.server.http1.HttpHandler;
import dev.runnel.server.http1.HttpServer;
import dev.runnel.server.http1.HttpSettings;
import dev.runnel.server.metrics.Metrics;
import dev.runnel.server.model.ServedEmbedder;
import dev.runnel.server.search.Embedder;
import dev.runnel.server.tool.ServerTools;
import dev.runnel.server.tool.filesearch.FileSearchTool;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A running server. Thread-safe. */
public final class RunnelServer implements AutoCloseable {
    /**
     * The least time that requests under way get to end once the engine has drained, even if the time to drain is used
     * up.
     */
    private static final Duration GRACE = Duration.ofMillis(200);

    private final Storage storage;
    private final Engine engine;
    private final HttpServer web;
    private final Metrics metrics;
    private final CompletableFuture<IOException> broken;

    private RunnelServer(
            Storage storage, Engine engine, HttpServer web, Metrics metrics, CompletableFuture<IOException> broken) {
        this.storage = storage;
        this.engine = engine;
        this.web = web;
        this.metrics = metrics;
        this.broken = broken;
    }

    /**
     * Starts a server, and returns when it listens.
     *
     * @param model the source of replies; the caller closes it, after the server
     * @throws IllegalArgumentException if an option is wrong; if the server is {@linkplain ServerOptions#open() open}
     *     and not declared {@code insecure}; or if it allows web pages of any origin and has no keys
     * @throws IllegalStateException if the server cannot listen at the port
     * @throws dev.runnel.server.store.StoreException if the database cannot be opened
     */
    public static RunnelServer start(ServerOptions options, Model model) {
        return start(options, model, ServerTools.NONE);
    }

    /** As {@link #start(ServerOptions, Model)}, with tools that the server executes for its runs. */
    static RunnelServer start(ServerOptions options, Model model, ServerTools tools) {
        if (options.open() && !options.insecure()) {
            throw new IllegalArgumentException("other machines can reach " + options.host()
                    + ", and there are no API keys: a server for anybody must be declared insecure");
        }
        if (options.origins().any() && options.keys().isEmpty()) {
            throw new IllegalArgumentException("web pages of any origin are allowed, and there are no API keys:"
                    + " any page that a user of this server opens could use it");
        }
        Storage storage = Backend.of(options.database()).open(options.durability() == Durability.FULL,
                options.timers());
        Metrics metrics = new Metrics();
        Model metered = metrics.metered(model);
        Engine engine;
        try {
            engine = Engine.start(
                    storage, metered, stores -> tools.with(new FileSearchTool(stores, options.search())),
                    embedder(options, metered), options.clock(), options.timers(), options.runs(), metrics.runs());
        } catch (RuntimeException e) {
            metrics.close();
            storage.close();
            throw e;
        }
        metrics.gauge("runnel.runs.executing", "Runs that are being executed", engine::executing);
        metrics.gauge("runnel.runs.queued", "Runs that wait for their turn", engine::queued);
        try {
            CompletableFuture<IOException> broken = new CompletableFuture<>();
            HttpServer web = HttpServer.start(
                    settings(options), handler(options, engine, metered, metrics), broken::complete);
            return new RunnelServer(storage, engine, web, metrics, broken);
        } catch (IOException | RuntimeException e) {
            engine.drain(Duration.ZERO);
            engine.close();
            metrics.close();
            storage.close();
            throw new IllegalStateException(
                    "cannot listen at " + options.host() + ":" + options.port() + ": " + e.getMessage(), e);
        }
    }

    private static Supplier<Optional<Embedder>> embedder(ServerOptions options, Model model) {
        String name = options.embeddingModel();
        return name == null ? Embedder::builtIn : () -> Optional.of(new ServedEmbedder(model, name));
    }

    private static HttpSettings settings(ServerOptions options) {
        int connections = options.maxConnections() > 0 ? options.maxConnections() : Descriptors.connections();
        return HttpSettings.at(options.host(), options.port(), connections, options.readerPatience(), options.timers());
    }

    private static HttpHandler handler(ServerOptions options, Engine engine, Model model, Metrics metrics) {
        return HttpApi.of(engine, model, new HttpOptions(
                options.heartbeat(),
                new RequestPolicy(
                        ByteBudget.PROCESS, options.maxBody(), options.runs().ignoreUnsupportedTools()),
                options.maxFile(), options.keys(), options.origins(), options.loopback(), options.page()), metrics);
    }

    /** The port that the server listens at. */
    public int port() {
        return web.port();
    }

    /** How many runs are being executed now. */
    public int executing() {
        return engine.executing();
    }

    /**
     * Completes with the reason once the server can accept no more connections and has tried in vain to listen again.
     * Otherwise it never completes.
     */
    public CompletionStage<IOException> broken() {
        return broken.minimalCompletionStage();
    }

    /**
     * Stops the server in order. From now on it starts no run: requests for one get a 503. Runs and chat completions
     * under way may go on for a while. Runs that have not ended by then are suspended, and the next start takes them
     * up; their readers' streams end without a final event of the run. Then the server stops listening and closes the
     * database.
     *
     * @param drain how long runs and chat completions under way may go on
     */
    public void stop(Duration drain) {
        long end = System.nanoTime() + drain.toNanos();
        engine.drain(drain);
        Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
        web.stop(left.compareTo(GRACE) > 0 ? left : GRACE);
        engine.close();
        metrics.close();
        storage.close();
    }

    /** Stops at once. Runs under way are suspended, and the next start takes them up. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
