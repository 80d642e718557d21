package dev.runnel.server.http;

import dev.runnel.server.engine.Engine;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.openapi.OpenApi;
import java.nio.charset.StandardCharsets;
import java.util.List;

import static dev.runnel.server.http.openapi.Operation.describe;

/**
 * The answers at the server's root, for people and supervisors. They need no key and tell nothing about any project.
 */
final class Welcome {
    private static final String PLAIN = """
            Runnel %s: assistants, threads, runs and chat completions, streamed.

            The API is at /v1: set that as the base URL of an OpenAI SDK.
            What it serves is described at /openapi.json; whether it is up, /healthz says.
            """;
    private static final String HTML = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>Runnel</title>
            <h1>Runnel %s</h1>
            <p>Assistants, threads, runs and chat completions, streamed.
            <p>The API is at <code>/v1</code>: set that as the base URL of an OpenAI SDK.
            <p>What it serves is described at <a href="openapi.json">/openapi.json</a>;
            whether it is up, <a href="healthz">/healthz</a> says.
            </html>
            """;

    private final Engine engine;

    Welcome(Engine engine) {
        this.engine = engine;
    }

    void register(Router router) {
        router.route("GET", "/", Welcome::page,
                describe("getRoot", "What this server is, for a person, an extension")
                        .gives("text/plain", String.class).gives("text/html", String.class));
        router.route("GET", "/healthz",
                exchange -> exchange.send(
                        new Health("ok", OpenApi.version(), engine.executing(), engine.queued())),
                describe("getHealth", "Whether the server is up, an extension").gives(Health.class));
        router.route("GET", "/readyz",
                exchange -> exchange.send(new Readiness("ready", engine.nodes())),
                describe("getReadiness",
                        "Whether the server can read its data, and which servers execute runs, an extension")
                        .gives(Readiness.class));
    }

    /**
     * The answer of a server whose database can be read.
     *
     * @param nodes the servers that execute runs, if several share the database
     */
    record Readiness(String status, List<Engine.Node> nodes) {}

    /**
     * The answer of a server that is up.
     *
     * @param runsExecuting how many runs are being executed
     * @param runsQueued how many runs wait for other runs to end
     */
    record Health(String status, String version, int runsExecuting, int runsQueued) {}

    private static void page(Exchange exchange) {
        boolean browser = exchange.header("Accept").filter(types -> types.contains("text/html")).isPresent();
        String text = (browser ? HTML : PLAIN).formatted(OpenApi.version());
        exchange.header("Vary", "Accept");
        exchange.send(200, browser ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
                text.getBytes(StandardCharsets.UTF_8));
    }
}
