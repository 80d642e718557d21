package dev.runnel.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.runnel.protocol.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A model server that has nothing but {@code /v1/embeddings}, and computes vectors in no time. Listens on 127.0.0.1. Thread-safe. */
public final class EmbeddingServer implements AutoCloseable {
    /** The model's name. */
    public static final String MODEL = "quick";

    /** How many numbers its vectors have. */
    public static final int DIMENSIONS = 384;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private EmbeddingServer(Function<String, int[]> vectors) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/embeddings", exchange -> embed(exchange, vectors));
        server.setExecutor(threads);
        server.start();
    }

    /**
     * Starts a server.
     *
     * @param vectors the vector of a text, of {@link #DIMENSIONS} numbers; called by many threads
     */
    public static EmbeddingServer start(Function<String, int[]> vectors) throws IOException {
        return new EmbeddingServer(vectors);
    }

    /** {@code http://127.0.0.1:<port>/v1}. */
    public URI baseUri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    }

    private static void embed(HttpExchange exchange, Function<String, int[]> vectors) throws IOException {
        JsonNode input = Json.readTree(exchange.getRequestBody().readAllBytes()).path("input");
        List<String> texts = new ArrayList<>();
        if (input.isArray()) {
            input.forEach(text -> texts.add(text.asText()));
        } else {
            texts.add(input.asText());
        }
        byte[] answer = answer(texts, vectors).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private static String answer(List<String> texts, Function<String, int[]> vectors) {
        StringBuilder answer = new StringBuilder("{\"object\":\"list\",\"data\":[");
        for (int i = 0; i < texts.size(); i++) {
            answer.append(i == 0 ? "" : ",").append("{\"object\":\"embedding\",\"index\":").append(i)
                    .append(",\"embedding\":[");
            int[] vector = vectors.apply(texts.get(i));
            for (int at = 0; at < vector.length; at++) {
                answer.append(at == 0 ? "" : ",").append(vector[at]);
            }
            answer.append("]}");
        }
        return answer.append("],\"model\":\"").append(MODEL)
                .append("\",\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}").toString();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
