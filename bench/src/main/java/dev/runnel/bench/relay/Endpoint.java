package dev.runnel.bench.relay;

import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.AssistantRequest;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The request that each stream of a load sends to a server.
 *
 * @param url  with {@code /v1}; http only
 * @param path below it, to which the body is POSTed
 */
record Endpoint(URI url, String path, Map<String, String> headers, String body) {
    private static final int HTTP = 80;
    private static final String PROMPT = "\"go\"";

    static Endpoint chat(URI url, String model, @Nullable String key) {
        return new Endpoint(url, "/chat/completions", authorization(key), """
                {"model":"%s","stream":true,"messages":[{"role":"user","content":%s}]}""".formatted(model, PROMPT));
    }

    /** Makes an assistant, of which each stream is a run with a thread of its own. */
    static Endpoint run(URI url, String model, @Nullable String key) {
        try (var client = RunnelClient.builder().baseUrl(url.toString()).apiKey(key).build()) {
            var assistant = client.assistants().create(AssistantRequest.builder(model).build());
            return new Endpoint(url, "/threads/runs", authorization(key), """
                    {"assistant_id":"%s","stream":true,"thread":{"messages":[{"role":"user","content":%s}]}}"""
                    .formatted(assistant.id(), PROMPT));
        }
    }

    static Endpoint response(URI url, String model, @Nullable String key) {
        return new Endpoint(url, "/responses", authorization(key), """
                {"model":"%s","stream":true,"input":%s}""".formatted(model, PROMPT));
    }

    private static Map<String, String> authorization(@Nullable String key) {
        return key == null ? Map.of() : Map.of("Authorization", "Bearer " + key);
    }

    Endpoint with(Map<String, String> more) {
        return new Endpoint(url, path, more, body);
    }

    /** The same, but the paced model answers with all tokens at once. */
    Endpoint hurried() {
        return new Endpoint(url, path, headers, body.replace(PROMPT, "\"hurry\""));
    }

    InetSocketAddress address() {
        return new InetSocketAddress(url.getHost(), url.getPort() < 0 ? HTTP : url.getPort());
    }

    /** The request as it is on the wire. */
    byte[] request() {
        var more = new StringBuilder();
        headers.forEach((name, value) -> more.append(name).append(": ").append(value).append("\r\n"));
        return """
                POST %s%s HTTP/1.1\r
                Host: %s\r
                Content-Type: application/json\r
                Accept: text/event-stream\r
                OpenAI-Beta: assistants=v2\r
                %sContent-Length: %d\r
                \r
                %s""".formatted(url.getPath(), path, url.getAuthority(), more, body.getBytes(UTF_8).length, body)
                .getBytes(UTF_8);
    }
}
