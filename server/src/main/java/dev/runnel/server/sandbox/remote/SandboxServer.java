package dev.runnel.server.sandbox.remote;

import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.edge.listen.HttpServer;
import dev.runnel.server.edge.listen.HttpSettings;
import dev.runnel.server.sandbox.LocalSandbox;
import dev.runnel.server.sandbox.SandboxLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A server that runs code for other servers, in a sandbox of this machine. Thread-safe. */
public final class SandboxServer implements AutoCloseable {
    private static final Duration GRACE = Duration.ofMillis(200);

    private final LocalSandbox sandbox;
    private final HeldSessions sessions;
    private final HttpServer web;
    private final CompletableFuture<IOException> broken;

    private SandboxServer(LocalSandbox sandbox, HeldSessions sessions, HttpServer web,
            CompletableFuture<IOException> broken) {
        this.sandbox = sandbox;
        this.sessions = sessions;
        this.web = web;
        this.broken = broken;
    }

    /**
     * Starts a server, and returns when the server listens.
     *
     * @param keys each request needs one of them; if there are none, only this machine may reach the server
     * @throws IllegalArgumentException if there are no keys and other machines could reach the server
     * @throws dev.runnel.server.sandbox.SandboxException if this machine cannot contain code
     * @throws IllegalStateException if the server cannot listen
     */
    public static SandboxServer start(HttpSettings settings, ApiKeys keys, SandboxLimits limits) {
        if (keys.isEmpty() && !loopback(settings.host())) {
            throw new IllegalArgumentException(settings.host() + " can be reached from other machines, and there is no"
                    + " key, so anybody there could run code here. Set one with RUNNEL_SANDBOX_KEY or --key.");
        }
        LocalSandbox sandbox = LocalSandbox.open(limits, settings.timers());
        HeldSessions sessions = new HeldSessions(sandbox, settings.timers());
        CompletableFuture<IOException> broken = new CompletableFuture<>();
        try {
            HttpServer web = HttpServer.start(
                    settings, new SandboxApi(sessions, keys, limits.data(), settings.timers()), broken::complete);
            return new SandboxServer(sandbox, sessions, web, broken);
        } catch (IOException | RuntimeException e) {
            sessions.close();
            sandbox.close();
            throw new IllegalStateException(
                    "cannot listen at " + settings.host() + ":" + settings.port() + ": " + e.getMessage(), e);
        }
    }

    private static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (IOException e) {
            return false;
        }
    }

    /** The port that the server listens at. */
    public int port() {
        return web.port();
    }

    /** Where code is run and by what it is limited, in words for an operator. */
    public String inWords() {
        return sandbox.inWords();
    }

    /** How many sessions there are. */
    public int sessions() {
        return sandbox.size();
    }

    /** Completes with the reason once the server can accept no more connections. Otherwise it never completes. */
    public CompletionStage<IOException> broken() {
        return broken.minimalCompletionStage();
    }

    /** Ends all sessions, and their calls. */
    @Override
    public void close() {
        web.stop(GRACE);
        sessions.close();
        sandbox.close();
    }
}
