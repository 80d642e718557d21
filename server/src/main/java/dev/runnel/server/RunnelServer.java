package dev.runnel.server;

import dev.runnel.model.Model;
import dev.runnel.server.backend.Backends;
import dev.runnel.server.backend.Storage;
import dev.runnel.server.base.Descriptors;
import dev.runnel.server.base.Durability;
import dev.runnel.server.edge.listen.HttpServer;
import dev.runnel.server.edge.listen.HttpSettings;
import dev.runnel.server.edge.listen.ServerCertificate;
import dev.runnel.server.engine.Engine;
import dev.runnel.server.engine.runs.RunLimits;
import dev.runnel.server.engine.runs.RunPolicy;
import dev.runnel.server.engine.vectorstores.VectorStoreParts;
import dev.runnel.server.http.HttpApi;
import dev.runnel.server.model.ServedEmbedder;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.server.projects.Projects;
import dev.runnel.server.sandbox.LocalSandbox;
import dev.runnel.server.sandbox.Sandbox;
import dev.runnel.server.sandbox.SandboxLimits;
import dev.runnel.server.sandbox.remote.RemoteSandbox;
import dev.runnel.server.search.Embedder;
import dev.runnel.server.tool.ServerTools;
import dev.runnel.server.tool.codeinterpreter.CodeInterpreterTool;
import dev.runnel.server.tool.filesearch.FileSearchTool;
import dev.runnel.server.tool.filesearch.SearchPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER;
import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER_KEY;
import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER_URL;
import static dev.runnel.server.options.ServerOptions.CODE_MEMORY;
import static dev.runnel.server.options.ServerOptions.CODE_SESSIONS;
import static dev.runnel.server.options.ServerOptions.DATABASE;
import static dev.runnel.server.options.ServerOptions.DURABILITY;
import static dev.runnel.server.options.ServerOptions.EMBEDDING_MODEL;
import static dev.runnel.server.options.ServerOptions.EVENT_RETENTION;
import static dev.runnel.server.options.ServerOptions.FILE_SEARCH;
import static dev.runnel.server.options.ServerOptions.FILE_SEARCH_TOKENS;
import static dev.runnel.server.options.ServerOptions.HOST;
import static dev.runnel.server.options.ServerOptions.IGNORE_UNSUPPORTED_TOOLS;
import static dev.runnel.server.options.ServerOptions.MAX_CONNECTIONS;
import static dev.runnel.server.options.ServerOptions.MAX_EVENTS;
import static dev.runnel.server.options.ServerOptions.MAX_MESSAGE;
import static dev.runnel.server.options.ServerOptions.MAX_ROUNDS;
import static dev.runnel.server.options.ServerOptions.MAX_RUNS;
import static dev.runnel.server.options.ServerOptions.ON_CRASH;
import static dev.runnel.server.options.ServerOptions.ON_MODEL_BREAK;
import static dev.runnel.server.options.ServerOptions.PORT;
import static dev.runnel.server.options.ServerOptions.READER_PATIENCE;
import static dev.runnel.server.options.ServerOptions.RUN_LIFETIME;
import static dev.runnel.server.options.ServerOptions.TLS_CERT;
import static dev.runnel.server.options.ServerOptions.TLS_CLIENT_CA;
import static dev.runnel.server.options.ServerOptions.TLS_KEY;

/** A running server. Thread-safe. */
public final class RunnelServer implements AutoCloseable {
    /**
     * The least time that requests under way get to end once the engine has drained, even if the time to drain is used
     * up.
     */
    private static final Duration GRACE = Duration.ofMillis(200);

    private final Storage storage;
    private final Engine engine;
    private final Optional<Sandbox> sandbox;
    private final HttpServer web;
    private final Sight sight;
    private final CompletableFuture<IOException> broken;

    private RunnelServer(
            Storage storage, Engine engine, Optional<Sandbox> sandbox, HttpServer web, Sight sight,
            CompletableFuture<IOException> broken) {
        this.storage = storage;
        this.engine = engine;
        this.sandbox = sandbox;
        this.web = web;
        this.sight = sight;
        this.broken = broken;
    }

    /**
     * Starts a server, and returns when it listens.
     *
     * @param model the source of replies; the caller closes it, after the server
     * @throws IllegalArgumentException if an option is wrong; if strangers could use the server and that was
     *     not said to be meant ({@link ServerOptions#check()})
     * @throws IllegalStateException if the server cannot listen at the port
     * @throws dev.runnel.server.sandbox.SandboxException if code is to be run and this machine cannot contain it, or the
     *     sandbox server refuses the key
     * @throws dev.runnel.server.store.StoreException if the database cannot be opened
     */
    public static RunnelServer start(ServerOptions options, Model model) {
        return start(options, model, new Projects(List.of()));
    }

    /**
     * As {@link #start(ServerOptions, Model)}, with keys and limits of projects. They may change while the server runs.
     *
     * @param projects the caller may {@linkplain Projects#replace replace} them at any time
     */
    public static RunnelServer start(ServerOptions options, Model model, Projects projects) {
        return start(options, model, projects, ServerTools.NONE);
    }

    /** As {@link #start(ServerOptions, Model, Projects)}, with tools that the server executes for its runs. */
    static RunnelServer start(ServerOptions options, Model model, Projects projects, ServerTools tools) {
        options.check(projects.keyed());
        HttpSettings settings = settings(options);
        Sight sight = Sight.open(options);
        Storage storage = storage(options, sight);
        Model observed = sight.observed(model);
        Optional<Sandbox> sandbox = Optional.empty();
        Engine engine;
        try {
            SearchPolicy search = SearchPolicy.DEFAULTS
                    .when(options.get(FILE_SEARCH)).tokens(options.get(FILE_SEARCH_TOKENS));
            Optional<Sandbox> opened = sandbox(options);
            sandbox = opened;
            engine = Engine.start(
                    storage, observed, parts -> {
                        ServerTools own = VectorStoreParts.areSearchable()
                                ? tools.with(new FileSearchTool(parts.stores(), search))
                                : tools;
                        return opened.map(it -> own.with(new CodeInterpreterTool(it, parts.files(), parts.nodes())))
                                .orElse(own);
                    },
                    embedder(options, observed), storage.clock().apply(options.clock()), options.timers(),
                    policy(options), projects, sight.runs());
        } catch (RuntimeException e) {
            sandbox.ifPresent(Sandbox::close);
            sight.close();
            storage.close();
            throw e;
        }
        sight.metrics().gauge("runnel.runs.executing", "Runs that are being executed", engine::executing);
        sight.metrics().gauge("runnel.runs.queued", "Runs that wait for their turn", engine::queued);
        try {
            CompletableFuture<IOException> broken = new CompletableFuture<>();
            HttpServer web = HttpServer.start(
                    settings, HttpApi.of(engine, observed, projects, options, sight.metrics()), broken::complete);
            return new RunnelServer(storage, engine, sandbox, web, sight, broken);
        } catch (IOException | RuntimeException e) {
            engine.drain(Duration.ZERO);
            engine.close();
            sandbox.ifPresent(Sandbox::close);
            sight.close();
            storage.close();
            throw new IllegalStateException(
                    "cannot listen at " + options.get(HOST) + ":" + options.get(PORT) + ": " + e.getMessage(), e);
        }
    }

    private static Storage storage(ServerOptions options, Sight sight) {
        try {
            return Backends.of(options.get(DATABASE)).open(options.get(DURABILITY) == Durability.FULL,
                    options.timers());
        } catch (RuntimeException e) {
            sight.close();
            throw e;
        }
    }

    private static Optional<Sandbox> sandbox(ServerOptions options) {
        String url = options.find(CODE_INTERPRETER_URL);
        if (url != null) {
            return Optional.of(RemoteSandbox.open(url, options.find(CODE_INTERPRETER_KEY)));
        }
        return options.get(CODE_INTERPRETER)
                ? Optional.of(LocalSandbox.open(
                        SandboxLimits.DEFAULTS.sessions(options.get(CODE_SESSIONS)).memory(options.get(CODE_MEMORY)),
                        options.timers()))
                : Optional.empty();
    }

    private static Supplier<Optional<Embedder>> embedder(ServerOptions options, Model model) {
        String name = options.find(EMBEDDING_MODEL);
        return name == null ? Embedder::builtIn : () -> Optional.of(new ServedEmbedder(model, name));
    }

    private static HttpSettings settings(ServerOptions options) {
        Integer most = options.find(MAX_CONNECTIONS);
        HttpSettings plain = HttpSettings.at(options.get(HOST), options.get(PORT),
                most != null ? most : Descriptors.connections(), options.get(READER_PATIENCE), options.timers());
        String certificate = options.find(TLS_CERT);
        String key = options.find(TLS_KEY);
        if (certificate == null || key == null) {
            return plain;
        }
        String clients = options.find(TLS_CLIENT_CA);
        return plain.encryptedWith(new ServerCertificate(
                Path.of(certificate), Path.of(key), clients == null ? null : Path.of(clients)));
    }

    private static RunPolicy policy(ServerOptions options) {
        return new RunPolicy(options.get(RUN_LIFETIME), options.get(EVENT_RETENTION),
                new RunLimits(options.get(MAX_RUNS), options.get(MAX_ROUNDS), options.get(MAX_EVENTS),
                        options.get(MAX_MESSAGE)),
                options.get(ON_CRASH), options.get(ON_MODEL_BREAK), options.get(IGNORE_UNSUPPORTED_TOOLS));
    }

    /** The port that the server listens at. */
    public int port() {
        return web.port();
    }

    /** Whether the database has keys of projects, so that each request needs one. */
    public boolean hasStoredKeys() {
        return !engine.keys().isEmpty();
    }

    /** Where the code of models is run and by what it is limited, in words for an operator; empty if it is not run. */
    public Optional<String> codeInWords() {
        return sandbox.map(Sandbox::inWords);
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
        sandbox.ifPresent(Sandbox::close);
        sight.close();
        storage.close();
    }

    /** Stops at once. Runs under way are suspended, and the next start takes them up. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
