package dev.runnel.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.API_KEYS;
import static dev.runnel.server.options.ServerOptions.EMBEDDING_MODEL;
import static org.assertj.core.api.Assertions.assertThat;

/** A hundred files at once: projects take turns, and runs and requests go on. The embedding model waits for the test at each text. */
@Timeout(180)
class IngestTurnsTest {
    private static final int FILES = 100;

    /** Half of the processors, as {@code docs/files.md} promises. */
    private static final int AT_ONCE = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    @TempDir
    Path folder;

    private final List<String> embedded = new CopyOnWriteArrayList<>();
    private final Semaphore gate = new Semaphore(0);
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private HttpServer models;
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        models = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        models.createContext("/v1/embeddings", this::embed);
        models.createContext("/v1/chat/completions", IngestTurnsTest::reply);
        models.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        models.start();
        server = TestServer.startWithModels(
                folder, "http://127.0.0.1:" + models.getAddress().getPort() + "/v1",
                options -> options.with(EMBEDDING_MODEL, "gated").with(API_KEYS,
                        ApiKeys.of(List.of("crowd=crowd-key-0123456789", "small=small-key-0123456789"))));
    }

    @AfterEach
    void stop() {
        gate.release(Integer.MAX_VALUE / 2);
        server.close();
        models.stop(0);
    }

    private void embed(HttpExchange exchange) throws IOException {
        embedded.add(Answer.tree(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                .path("input").asText());
        most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        gate.acquireUninterruptibly();
        atOnce.decrementAndGet();
        send(exchange, "application/json",
                "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[1,0]}],"
                        + "\"model\":\"gated\",\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}");
    }

    private static void reply(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        send(exchange, "text/event-stream",
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Yes.\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    }

    private static void send(HttpExchange exchange, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** A store of the project that asks, with so many files. */
    private String store(String name, int files) {
        ArrayNode ids = Answer.array();
        for (int i = 0; i < files; i++) {
            ids.add(server.upload(Multipart.file(name + i + ".txt", name + " " + i)).id());
        }
        return server.post("/vector_stores", "{\"file_ids\": " + ids + "}").id();
    }

    private void crowd() throws InterruptedException {
        server.as("crowd-key-0123456789");
        store("crowd", FILES);
        Await.until("all that may be embedded at once waits", () -> atOnce.get() == AT_ONCE);
    }

    @Test
    void aFileOfOneProjectIsNotBehindTheHundredOfAnother() throws InterruptedException {
        crowd();
        int before = embedded.size();
        server.as("small-key-0123456789");
        String store = store("small", 1);

        for (int i = 0; embedded.stream().noneMatch(text -> text.startsWith("small")); i++) {
            assertThat(i).as("files of the crowd that were embedded before the small one: " + embedded)
                    .isLessThan(AT_ONCE + 2);
            int soFar = embedded.size();
            gate.release();
            Await.until("the next text is embedded", () -> embedded.size() > soFar);
        }
        gate.release(AT_ONCE);
        Await.until("the file is found",
                () -> server.get("/vector_stores/" + store).ok().at("/file_counts/completed").asInt() == 1);
        assertThat(embedded.size()).isLessThan(before + 4 * AT_ONCE + 4);
    }

    @Test
    void runsGoOnWhileHalfOfTheProcessorsAreAtWork() throws InterruptedException {
        crowd();

        String assistant = server.post("/assistants", "{\"model\": \"m\"}").id();
        for (int i = 0; i < 5; i++) {
            try (EventReader reader = server.run(assistant, server.newThread())) {
                assertThat(reader.rest()).extracting(EventReader.Event::name).contains("thread.run.completed");
            }
        }

        assertThat(embedded).as("no file went on meanwhile").hasSize(AT_ONCE);
        gate.release(5);
        Await.until("files go on", () -> embedded.size() == AT_ONCE + 5);
        assertThat(most.get()).isEqualTo(AT_ONCE);
    }
}
