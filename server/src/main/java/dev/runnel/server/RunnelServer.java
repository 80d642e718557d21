package dev.runnel.server;

import dev.runnel.protocol.ApiError;
import dev.runnel.server.engine.Engine;
import dev.runnel.server.http.HttpApi;
import dev.runnel.server.http.HttpOptions;
import dev.runnel.server.model.Model;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.FileStore;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A server that runs. Thread-safe. */
public final class RunnelServer implements AutoCloseable {
    private static final int SEND_BUFFER = 256 * 1024;

    private final Database database;
    private final Engine engine;
    private final WebServer web;

    private RunnelServer(Database database, Engine engine, WebServer web) {
        this.database = database;
        this.engine = engine;
        this.web = web;
    }

    /**
     * Starts a server, and returns when it listens.
     *
     * @param model where replies come from; stays the caller's to close, after the server
     * @throws IllegalArgumentException if an option is wrong, if it would serve anybody and is not {@code insecure}, or if it would serve
     *     web pages of any origin without keys
     * @throws IllegalStateException if the port cannot be listened at
     * @throws dev.runnel.server.store.StoreException if the database cannot be opened
     */
    public static RunnelServer start(ServerOptions options, Model model) {
        if (options.open() && !options.insecure()) {
            throw new IllegalArgumentException("other machines can reach " + options.host()
                    + ", and there are no API keys: a server for anybody must be declared insecure");
        }
        if (options.origins().any() && options.keys().isEmpty()) {
            throw new IllegalArgumentException("web pages of any origin are allowed, and there are no API keys:"
                    + " any page that a user of this server opens could use it");
        }
        Database database = Database.open(options.database(), options.durability() == Durability.FULL);
        Engine engine;
        try {
            engine = Engine.start(database, FileStore.beside(options.database()), model, options.clock(),
                    options.runs());
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
        try {
            WebServer web = web(options, engine, model).start();
            if (!web.isRunning()) {
                throw new IllegalStateException(whyNotBound(options));
            }
            return new RunnelServer(database, engine, web);
        } catch (RuntimeException e) {
            engine.close();
            database.close();
            throw new IllegalStateException(
                    "cannot listen at " + options.host() + ":" + options.port() + ": " + rootMessage(e), e);
        }
    }

    /** Helidon logs why it could not start, and tells its caller nothing. */
    private static String whyNotBound(ServerOptions options) {
        try (ServerSocket probe = new ServerSocket(options.port(), 1, InetAddress.getByName(options.host()))) {
            return "the web server did not start, though port " + probe.getLocalPort() + " is free";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static WebServer web(ServerOptions options, Engine engine, Model model) {
        return WebServer.builder()
                .host(options.host())
                .port(options.port())
                .backlog(4_096)
                // Whatever is due is written at once, by whoever has it: no buffer and no queue in between.
                .writeBufferSize(0)
                .writeQueueLength(0)
                // Half the buffers of a channel for each connection, and a large write in one piece.
                .useNio(false)
                // A buffer that does not grow: what a slow reader costs is bounded, and that it takes something shows soon.
                .connectionOptions(socket -> socket.tcpNoDelay(true).socketSendBufferSize(SEND_BUFFER))
                .shutdownHook(false)
                .shutdownGracePeriod(Duration.ofMillis(200))
                .directHandlers(jsonErrors())
                .addProtocol(Http1Config.builder()
                        .maxPrologueLength(16 * 1024)
                        // Official SDKs and people write "include[]" as it is, which a strict reading of URLs refuses.
                        .validatePrologue(false)
                        .addReceiveListener(HttpApi.connectionListener())
                        .build())
                .routing(HttpApi.routing(
                        engine, model, new HttpOptions(
                                options.heartbeat(), options.readerPatience(), options.maxBody(), options.maxFile(),
                                options.keys(), options.origins(), options.runs().ignoreUnsupportedTools(),
                                options.loopback(), options.page())))
                .build();
    }

    /** What goes wrong before a route is found has the protocol's envelope too. */
    private static DirectHandlers jsonErrors() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        DirectHandler json = (request, event, status, headers, message) -> {
            headers.set(HeaderNames.CONTENT_TYPE, "application/json; charset=utf-8");
            return DirectHandler.TransportResponse.builder()
                    .status(status)
                    .headers(headers)
                    .entity(directError(event, status, message).toJson())
                    .build();
        };
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, json);
        }
        return handlers.build();
    }

    private static ApiError directError(DirectHandler.EventType event, Status status, @Nullable String message) {
        return event == DirectHandler.EventType.INTERNAL_ERROR
                ? ApiError.serverError("The server had an error while processing your request. Sorry about that!")
                : ApiError.invalidRequest(
                        "The request is not well-formed HTTP: " + (message == null ? status.reasonPhrase() : message),
                        null,
                        null);
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause; (cause = root.getCause()) != null;) {
            root = cause;
        }
        return String.valueOf(root.getMessage());
    }

    /** The port it listens at. */
    public int port() {
        return web.port();
    }

    /** How many runs are being executed now. */
    public int executing() {
        return engine.executing();
    }

    /**
     * Stops in order. From now on no run is set going: a 503 says so. Runs that are executed may go on for a while; those that have not
     * ended by then are suspended, for the next start to take up, and their readers' streams end without an ending of the run. Then it
     * stops listening, and closes the database.
     *
     * @param drain how long runs may go on
     */
    public void stop(Duration drain) {
        engine.drain(drain);
        web.stop();
        engine.close();
        database.close();
    }

    /** Stops at once: runs under way are suspended, for the next start to take up. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
