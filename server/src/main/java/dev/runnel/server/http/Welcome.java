package dev.runnel.server.http;

import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.openapi.OpenApi;
import java.nio.charset.StandardCharsets;

import static dev.runnel.server.http.openapi.Operation.describe;

/**
 * The answer at the server's root, for a person who comes by. It needs no key and tells nothing about any project. Static and
 * without state.
 */
final class Welcome {
    private static final String PLAIN = """
            Runnel %s: assistants, threads, runs and chat completions, streamed.

            The API is at /v1: set that as the base URL of an OpenAI SDK.
            /openapi.json describes the API, and /healthz tells whether the server is up.
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
            <p><a href="openapi.json">/openapi.json</a> describes the API, and
            <a href="healthz">/healthz</a> tells whether the server is up.
            </html>
            """;

    private Welcome() {}

    static void register(Router router) {
        router.route("GET", "/", Welcome::page,
                describe("getRoot", "The server's name, version and links, for a person, an extension")
                        .gives("text/plain", String.class).gives("text/html", String.class));
    }

    private static void page(Exchange exchange) {
        boolean browser = exchange.header("Accept").filter(types -> types.contains("text/html")).isPresent();
        String text = (browser ? HTML : PLAIN).formatted(OpenApi.version());
        exchange.header("Vary", "Accept");
        exchange.send(200, browser ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
                text.getBytes(StandardCharsets.UTF_8));
    }
}
