package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.runnel.server.backend.TestDatabases;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.transfer.Exporter;
import dev.runnel.server.engine.transfer.ImportException;
import dev.runnel.server.engine.transfer.Importer;
import dev.runnel.testkit.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.DATABASE;
import static dev.runnel.server.options.ServerOptions.EMBEDDING_MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Embeddings of the model server: relayed, and as the vectors by which stores are searched. */
@Timeout(180)
class EmbeddingsTest {
    @TempDir
    Path folder;

    /** A model server whose vectors tell what is about the sea from what is not. */
    private HttpServer models;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> embedded = new CopyOnWriteArrayList<>();

    @BeforeEach
    void startModels() throws IOException {
        models = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        models.createContext("/v1/embeddings", this::embed);
        models.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        models.start();
    }

    @AfterEach
    void stopModels() {
        models.stop(0);
    }

    private void embed(HttpExchange exchange) throws IOException {
        ObjectNode request = (ObjectNode) Answer.tree(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        asked.add(request.path("model").asText());
        String text = request.path("input").asText();
        embedded.add(text);
        boolean sea = text.contains("harbour") || text.contains("ships");
        byte[] answer = ("{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":["
                + (sea ? "2,0" : "0,2") + "]}],\"model\":" + request.path("model")
                + ",\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private TestServer start(String embeddingModel) {
        return TestServer.startWithModels(
                folder, "http://127.0.0.1:" + models.getAddress().getPort() + "/v1",
                options -> options.with(EMBEDDING_MODEL, embeddingModel));
    }

    private static List<String> found(TestServer server, String store, String question) {
        return server.post("/vector_stores/" + store + "/search",
                "{\"query\": \"" + question + "\", \"ranking_options\": {\"score_threshold\": 0.3}}").column("file_id");
    }

    private static void await(TestServer server, String store) throws InterruptedException {
        Await.until("the store is completed",
                () -> server.get("/vector_stores/" + store).ok().path("status").asText().equals("completed"));
    }

    @Test
    void theModelServersAreRelayed() {
        try (TestServer server = start("sea")) {
            JsonNode answer = server.post("/embeddings", "{\"model\": \"other\", \"input\": \"ships\"}").ok();
            assertThat(answer.path("model").asText()).isEqualTo("other");
            assertThat(answer.at("/data/0/embedding/0").asInt()).isEqualTo(2);
        }
    }

    @Test
    void withoutAnyModelThereAreNone() {
        try (TestServer server = TestServer.startDemo(folder)) {
            Answer answer = server.post("/embeddings", "{\"model\": \"m\", \"input\": \"ships\"}");
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.error().path("code").asText()).isEqualTo("model_not_found");
        }
    }

    @Test
    void storesAreSearchedByMeaningAndFollowAnotherModel() throws InterruptedException {
        List<String> files = new ArrayList<>();
        String store;
        try (TestServer server = start("sea")) {
            files.add(server.upload(Multipart.file("a.txt", "The harbour opens at six.")).id());
            files.add(server.upload(Multipart.file("b.txt", "Apples ripen in autumn.")).id());
            store = server.post("/vector_stores", "{\"file_ids\": [\"" + String.join("\",\"", files) + "\"]}").id();
            await(server, store);
            assertThat(found(server, store, "When do ships arrive")).containsExactly(files.getFirst());
        }
        asked.clear();
        try (TestServer server = start("another-sea")) {
            Await.until("all files have new vectors", () -> !found(server, store, "When do ships arrive").isEmpty());
            assertThat(asked.stream().filter("another-sea"::equals).count()).isGreaterThanOrEqualTo(files.size());
            assertThat(found(server, store, "When do ships arrive")).containsExactly(files.getFirst());
        }
    }

    private String sqlite(String name) {
        return "sqlite:" + folder.resolve(name);
    }

    private static String exported(String database, boolean vectors) {
        var export = new ByteArrayOutputStream();
        Exporter.export(database, vectors, export);
        return export.toString(StandardCharsets.UTF_8);
    }

    private String imported(String name, boolean partial, String export) {
        String database = sqlite(name);
        Importer.read(database, Project.DEFAULT, partial,
                new ByteArrayInputStream(export.getBytes(StandardCharsets.UTF_8)), InstantSource.system());
        return database;
    }

    /** A store with two files, exported. */
    private String filled(boolean vectors) throws InterruptedException {
        try (TestServer server = start("sea")) {
            List<String> files = List.of(
                    server.upload(Multipart.file("a.txt", "The harbour opens at six.")).id(),
                    server.upload(Multipart.file("b.txt", "Apples ripen in autumn.")).id());
            await(server,
                    server.post("/vector_stores", "{\"file_ids\": [\"" + String.join("\",\"", files) + "\"]}").id());
            asked.clear();
            return exported(TestDatabases.url(folder), vectors);
        }
    }

    /** Searches a database with a store, and returns what was found first. */
    private String found(String database, String embeddingModel) throws InterruptedException {
        try (TestServer server = TestServer.startWithModels(
                folder, "http://127.0.0.1:" + models.getAddress().getPort() + "/v1",
                options -> options.with(EMBEDDING_MODEL, embeddingModel).with(DATABASE, database))) {
            String store = server.get("/vector_stores").ids().getFirst();
            await(server, store);
            assertThat(server.get("/vector_stores/" + store).ok().path("usage_bytes").asInt()).isGreaterThan(50);
            return server.post("/vector_stores/" + store + "/search", "{\"query\": \"When do ships arrive\"}").ok()
                    .at("/data/0/content/0/text").asText();
        }
    }

    @Test
    void anExportTakesChunksAndVectorsAlong() throws InterruptedException {
        String export = filled(true).replace("opens at six", "opens at ten"); // not so in the file itself

        assertThat(found(imported("moved.db", false, export), "sea")).isEqualTo("The harbour opens at ten.");

        assertThat(asked).as("only the question").containsExactly("sea");
    }

    @Test
    void headingsAreEmbeddedWithTheChunksBelowThemAndGoAlong() throws InterruptedException {
        String export;
        try (TestServer server = start("sea")) {
            String file = server.upload(Multipart.file("a.md", "# Opening times\n\n" + "It is so. ".repeat(60))).id();
            await(server, server.post("/vector_stores", "{\"file_ids\": [\"" + file + "\"], \"chunking_strategy\":"
                    + " {\"type\": \"static\", \"static\": {\"max_chunk_size_tokens\": 100, \"chunk_overlap_tokens\": 0}}}")
                    .id());
            assertThat(embedded).first().asString().startsWith("# Opening times");
            assertThat(embedded).contains("Opening times");
            export = exported(TestDatabases.url(folder), true);
        }
        assertThat(export).contains("\"headings\":\"Opening times\"");
        embedded.clear();
        assertThat(found(imported("moved.db", false, export), "another-sea")).contains("It is so.");
        assertThat(embedded).as("another model embeds the headings that came along").contains("Opening times");
    }

    @Test
    void chunksWithoutVectorsOrOfAnotherModelAreEmbeddedAnew() throws InterruptedException {
        String export = filled(false).replace("opens at six", "opens at ten");
        assertThat(export).doesNotContain("vectors");
        assertThat(found(imported("moved.db", false, export), "sea")).isEqualTo("The harbour opens at ten.");
        assertThat(asked).as("two chunks and the question").hasSize(3);

        String other = imported("other.db", false,
                exported(TestDatabases.url(folder), true).replace("opens at six", "opens at two"));
        assertThat(found(other, "another-sea")).isEqualTo("The harbour opens at two.");
        assertThat(asked).filteredOn("another-sea"::equals).hasSize(3);
    }

    @Test
    void anExportThatLacksChunksIsRefusedUnlessItIsTakenInParts() throws InterruptedException {
        String export = filled(true);
        int chunk = export.indexOf("{\"object\":\"runnel.chunk\"");
        String lacking = export.substring(0, chunk) + export.substring(export.indexOf('\n', chunk) + 1);
        assertThatThrownBy(() -> imported("lacking.db", false, lacking)).isInstanceOf(ImportException.class)
                .hasMessageContaining("0 of the 1 chunks of a file");
        assertThat(folder.resolve("lacking.db")).doesNotExist();

        String cut = export.substring(0, export.lastIndexOf("{\"object\":\"runnel.chunk\""));
        assertThatThrownBy(() -> imported("cut.db", false, cut)).isInstanceOf(ImportException.class)
                .hasMessageContaining("--partial");
        assertThat(found(imported("cut.db", true, cut), "sea")).isEqualTo("The harbour opens at six.");

        for (String wrong : List.of("*", "", "AAE=", "AAA=", "AAIAAAAAAAA=")) {
            String odd = export.replaceFirst("\"vectors\":\"[^\"]*\"", "\"vectors\":\"" + wrong + "\"");
            assertThatThrownBy(() -> imported("odd.db", false, odd)).as(wrong).isInstanceOf(ImportException.class)
                    .hasMessageContaining("base64");
        }
        String unannounced = export.replaceFirst("\"vectors\":\"[^\"]*\"", "\"x\":1");
        assertThatThrownBy(() -> imported("odd.db", false, unannounced)).isInstanceOf(ImportException.class)
                .hasMessageContaining("announces");
    }

    @Test
    void whileTheModelDoesNotAnswerStoresAreSearchedByWords() throws InterruptedException {
        try (TestServer server = start("sea")) {
            String harbour = server.upload(Multipart.file("a.txt", "The harbour opens at six.")).id();
            String store = server.post("/vector_stores", "{\"file_ids\": [\"" + harbour + "\"]}").id();
            await(server, store);
            models.stop(0);

            assertThat(found(server, store, "harbour opens")).containsExactly(harbour);
            assertThat(found(server, store, "When do ships arrive?")).isEmpty();
        }
    }
}
