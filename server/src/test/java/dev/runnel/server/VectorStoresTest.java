package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.runnel.server.options.ServerOptions.API_KEYS;
import static org.assertj.core.api.Assertions.assertThat;

/** Vector stores: their files become searchable, are found, and go again. */
@Timeout(180)
class VectorStoresTest {
    private static final String HARBOUR = "The harbour of Valparaíso opens at six in the morning.";
    private static final String ORCHARD = "Apples in the orchard ripen in late September.";

    @TempDir
    Path folder;

    private volatile Instant now = Instant.ofEpochSecond(1_800_000_000);
    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(
                folder,
                options -> options.clock(() -> now)
                        .with(API_KEYS, ApiKeys.of(List.of("acme=acme-key-0123456789", "rival=rival-key-0123456789"))));
        server.as("acme-key-0123456789");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String upload(String name, String text) {
        return server.upload(Multipart.file(name, text)).id();
    }

    private String store(String... fileIds) {
        ArrayNode ids = Answer.array();
        List.of(fileIds).forEach(ids::add);
        return server.post("/vector_stores", "{\"name\": \"library\", \"file_ids\": " + ids + "}").id();
    }

    /** The store when none of its files is in progress any more. */
    private JsonNode ended(String store) throws InterruptedException {
        return ended("/vector_stores/" + store, "in_progress");
    }

    private JsonNode ended(String path, String goingOn) throws InterruptedException {
        Await.until("nothing is " + goingOn, () -> !server.get(path).ok().path("status").asText().equals(goingOn));
        return server.get(path).ok();
    }

    private List<String> found(String store, String query) {
        return server.post("/vector_stores/" + store + "/search", query.replace('\'', '"')).column("file_id");
    }

    @Test
    void whatIsUploadedIsFound() throws InterruptedException {
        String harbour = upload("harbour.txt", HARBOUR);
        String orchard = upload("orchard.md", ORCHARD);

        String store = store(harbour, orchard);
        assertThat(ended(store).path("file_counts").toString())
                .isEqualTo("{'in_progress':0,'completed':2,'failed':0,'cancelled':0,'total':2}".replace('\'', '"'));
        JsonNode page = server
                .post("/vector_stores/" + store + "/search", "{\"query\": \"When does the harbour open?\"}")
                .ok();

        assertThat(page.at("/search_query/0").asText()).isEqualTo("When does the harbour open?");
        assertThat(page.at("/data/0/file_id").asText()).isEqualTo(harbour);
        assertThat(page.at("/data/0/filename").asText()).isEqualTo("harbour.txt");
        assertThat(page.at("/data/0/content/0/text").asText()).isEqualTo(HARBOUR);
        assertThat(page.at("/data/0/score").asDouble()).isBetween(0.01, 1.0);
        assertThat(server.get("/vector_stores/" + store).ok().path("usage_bytes").asLong())
                .isGreaterThanOrEqualTo(HARBOUR.length() + ORCHARD.length());
        assertThat(server.get("/vector_stores/" + store + "/files/" + orchard + "/content").ok()
                .at("/data/0/text").asText()).isEqualTo(ORCHARD);
    }

    @Test
    void aFileIsAddedToAStoreAndTakenOut() throws InterruptedException {
        String store = store();
        String harbour = upload("harbour.txt", HARBOUR);
        JsonNode added = server.post(
                "/vector_stores/" + store + "/files",
                "{\"file_id\": \"" + harbour + "\", \"attributes\": {\"year\": 1990, \"open\": true},"
                        + " \"chunking_strategy\": {\"type\": \"static\", \"static\":"
                        + " {\"max_chunk_size_tokens\": 100, \"chunk_overlap_tokens\": 50}}}")
                .ok();
        assertThat(added.path("status").asText()).isEqualTo("in_progress");
        assertThat(added.at("/attributes/year").asInt()).isEqualTo(1990);
        assertThat(added.at("/chunking_strategy/static/max_chunk_size_tokens").asInt()).isEqualTo(100);

        String file = "/vector_stores/" + store + "/files/" + harbour;
        assertThat(ended(file, "in_progress").path("status").asText()).isEqualTo("completed");
        assertThat(found(store, "{'query': 'harbour'}")).containsExactly(harbour);
        assertThat(server.send("DELETE", file, "").ok().path("object").asText())
                .isEqualTo("vector_store.file.deleted");

        assertThat(found(store, "{'query': 'harbour'}")).isEmpty();
        assertThat(server.get(file).status()).isEqualTo(404);
        assertThat(server.get("/files/" + harbour).id()).isEqualTo(harbour);
    }

    @Test
    void aFileThatIsDeletedLeavesAllStores() throws InterruptedException {
        String harbour = upload("harbour.txt", HARBOUR);
        String one = store(harbour);
        String two = store(harbour);
        ended(one);
        ended(two);

        server.send("DELETE", "/files/" + harbour, "").ok();

        for (String store : List.of(one, two)) {
            assertThat(found(store, "{'query': 'harbour'}")).isEmpty();
            assertThat(server.get("/vector_stores/" + store + "/files").ids()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "notes.xyz | text | unsupported_file",
        "table.csv | a,b | unsupported_file",
        "empty.txt | \"  \" | unsupported_file",
        "broken.pdf | no PDF | invalid_file",
        "broken.docx | no zip | invalid_file",
    })
    void aFileThatCannotBeReadFailsWithItsReason(String name, String text, String code) throws InterruptedException {
        String file = upload(name, text);
        String store = store(file);

        JsonNode ended = ended("/vector_stores/" + store + "/files/" + file, "in_progress");

        assertThat(ended.path("status").asText()).isEqualTo("failed");
        assertThat(ended.at("/last_error/code").asText()).isEqualTo(code);
        assertThat(ended.at("/last_error/message").asText()).endsWith(".");
        assertThat(server.get("/vector_stores/" + store).ok().path("status").asText()).isEqualTo("completed");
        assertThat(server.get("/vector_stores/" + store + "/files?filter=failed").ids()).containsExactly(file);
        assertThat(server.get("/vector_stores/" + store + "/files?filter=completed").ids()).isEmpty();
    }

    @Test
    void filtersSelectFilesByTheirAttributes() throws InterruptedException {
        String store = store();
        List<String> ids = new ArrayList<>();
        for (int year : new int[] {1990, 2000, 2010}) {
            String id = upload("harbour.txt", HARBOUR);
            server.post("/vector_stores/" + store + "/files",
                    "{\"file_id\": \"" + id + "\", \"attributes\": {\"year\": " + year + ", \"sea\": \"Pacific\"}}")
                    .ok();
            ids.add(id);
        }
        ended(store);

        assertThat(found(store, "{'query': 'harbour', 'filters': {'type': 'gt', 'key': 'year', 'value': 1995}}"))
                .containsExactlyInAnyOrder(ids.get(1), ids.get(2));
        assertThat(found(store, "{'query': 'harbour', 'filters': {'type': 'and', 'filters': ["
                + "{'type': 'eq', 'key': 'sea', 'value': 'Pacific'},"
                + "{'type': 'or', 'filters': [{'type': 'in', 'key': 'year', 'value': [1990]},"
                + " {'type': 'gte', 'key': 'year', 'value': 2010}]}]}}"))
                .containsExactlyInAnyOrder(ids.get(0), ids.get(2));
        server.post("/vector_stores/" + store + "/files/" + ids.get(0), "{\"attributes\": {\"year\": 2020}}").ok();
        assertThat(found(store, "{'query': 'harbour', 'filters': {'type': 'eq', 'key': 'year', 'value': 2020}}"))
                .containsExactly(ids.get(0));
        assertThat(found(store, "{'query': 'harbour', 'max_num_results': 1}")).hasSize(1);
        assertThat(found(store, "{'query': 'harbour zebra'}")).hasSize(3);
        assertThat(found(store, "{'query': 'harbour zebra', 'ranking_options': {'score_threshold': 1}}")).isEmpty();
    }

    @Test
    void aFilterThatNestsTooDeepIsRefused() {
        String store = store();
        StringBuilder filter = new StringBuilder("{'type': 'eq', 'key': 'a', 'value': 1}");
        for (int i = 0; i < 50; i++) {
            filter.insert(0, "{'type': 'and', 'filters': [").append("]}");
        }
        Answer answer = server.post(
                "/vector_stores/" + store + "/search",
                ("{'query': 'x', 'filters': " + filter + "}").replace('\'', '"'));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("message").asText()).contains("at most 8 deep");
    }

    @Test
    void aBatchOfFilesIsCountedListedAndCancelled() throws InterruptedException {
        String store = store();
        String harbour = upload("harbour.txt", HARBOUR);
        String bad = upload("table.csv", "a,b");
        JsonNode batch = server.post("/vector_stores/" + store + "/file_batches",
                "{\"files\": [{\"file_id\": \"" + harbour + "\", \"attributes\": {\"a\": 1}}, {\"file_id\": \"" + bad
                        + "\"}]}")
                .ok();
        assertThat(batch.path("object").asText()).isEqualTo("vector_store.file_batch");
        String path = "/vector_stores/" + store + "/file_batches/" + batch.path("id").asText();

        JsonNode ended = ended(path, "in_progress");

        assertThat(ended.path("status").asText()).isEqualTo("completed");
        assertThat(ended.at("/file_counts/completed").asInt()).isEqualTo(1);
        assertThat(ended.at("/file_counts/failed").asInt()).isEqualTo(1);
        assertThat(server.get(path + "/files?order=asc").ids()).containsExactly(harbour, bad);
        assertThat(server.get(path + "/files?filter=failed").ids()).containsExactly(bad);
        assertThat(server.post(path + "/cancel", "").ok().path("status").asText()).isEqualTo("completed");
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            many.add("\"" + upload(i + ".txt", "text " + i) + "\"");
        }
        String second = server.post("/vector_stores/" + store + "/file_batches", "{\"file_ids\": " + many + "}").id();
        JsonNode cancelled = server.post("/vector_stores/" + store + "/file_batches/" + second + "/cancel", "").ok();
        assertThat(cancelled.path("status").asText()).isEqualTo("cancelled");
        assertThat(cancelled.at("/file_counts/in_progress").asInt()).isZero();
        assertThat(cancelled.at("/file_counts/cancelled").asInt()).isPositive();
    }

    @Test
    void aMissingFileIsRefusedAndNothingIsCreated() {
        Answer answer = server.post("/vector_stores",
                "{\"file_ids\": [\"" + upload("a.txt", "a") + "\", \"file-none\"]}");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.error().path("param").asText()).isEqualTo("file_ids");
        assertThat(server.get("/vector_stores").ids()).isEmpty();
    }

    @Test
    void aStoreExpiresAfterItsLastUse() throws InterruptedException {
        String store = store(upload("harbour.txt", HARBOUR));
        ended(store);
        server.post("/vector_stores/" + store, "{\"expires_after\": {\"anchor\": \"last_active_at\", \"days\": 2}}")
                .ok();
        now = now.plus(Duration.ofDays(1));
        assertThat(found(store, "{'query': 'harbour'}")).hasSize(1);
        JsonNode used = server.get("/vector_stores/" + store).ok();
        assertThat(used.path("last_active_at").asLong()).isEqualTo(now.getEpochSecond());
        assertThat(used.path("expires_at").asLong()).isEqualTo(now.plus(Duration.ofDays(2)).getEpochSecond());

        now = now.plus(Duration.ofDays(2));

        assertThat(server.get("/vector_stores/" + store).ok().path("status").asText()).isEqualTo("expired");
        Answer search = server.post("/vector_stores/" + store + "/search", "{\"query\": \"harbour\"}");
        assertThat(search.status()).isEqualTo(400);
        assertThat(search.error().path("message").asText()).contains("is expired");
        assertThat(server.post("/vector_stores/" + store + "/files", "{\"file_id\": \"" + upload("a.txt", "a") + "\"}")
                .status()).isEqualTo(400);
    }

    @Test
    void storesAreListedInPagesChangedAndDeleted() {
        List<String> ids = List.of(store(), store(), store());
        assertThat(server.get("/vector_stores?order=asc").ids()).isEqualTo(ids);
        assertThat(server.get("/vector_stores?limit=2").ids()).isEqualTo(ids.subList(1, 3).reversed());
        assertThat(server.get("/vector_stores?order=asc&after=" + ids.get(0) + "&limit=1").ids())
                .containsExactly(ids.get(1));
        assertThat(server.get("/vector_stores?order=asc&before=" + ids.get(1)).ids()).containsExactly(ids.get(0));
        JsonNode changed = server
                .post("/vector_stores/" + ids.get(0), "{\"name\": \"new\", \"metadata\": {\"a\": \"b\"}}")
                .ok();
        assertThat(changed.path("name").asText()).isEqualTo("new");
        assertThat(changed.at("/metadata/a").asText()).isEqualTo("b");

        assertThat(server.send("DELETE", "/vector_stores/" + ids.get(0), "").ok().path("object").asText())
                .isEqualTo("vector_store.deleted");

        assertThat(server.get("/vector_stores/" + ids.get(0)).status()).isEqualTo(404);
        assertThat(server.get("/vector_stores?order=asc").ids()).isEqualTo(ids.subList(1, 3));
    }

    @Test
    void anotherProjectSeesNothingOfAStore() throws InterruptedException {
        String file = upload("harbour.txt", HARBOUR);
        String store = store(file);
        ended(store);
        server.as("rival-key-0123456789");
        String path = "/vector_stores/" + store;
        for (Answer answer : List.of(
                server.get(path), server.post(path, "{}"), server.send("DELETE", path, ""),
                server.post(path + "/search", "{\"query\": \"harbour\"}"), server.get(path + "/files"),
                server.get(path + "/files/" + file), server.get(path + "/files/" + file + "/content"),
                server.send("DELETE", path + "/files/" + file, ""),
                server.post(path + "/files/" + file, "{\"attributes\": {}}"),
                server.post("/vector_stores", "{\"file_ids\": [\"" + file + "\"]}"))) {
            assertThat(answer.status()).isEqualTo(404);
        }
        assertThat(server.get("/vector_stores").ids()).isEmpty();
    }

    @Test
    @DisabledIfSystemProperty(named = "runs.on", matches = "postgresql", disabledReason = "on PostgreSQL a server's index ends with it")
    void whatWasSearchableIsSoAfterARestartThoughTheIndexIsGone() throws InterruptedException, IOException {
        String harbour = upload("harbour.txt", HARBOUR);
        String store = store(harbour);
        ended(store);
        assertThat(found(store, "{'query': 'harbour'}")).containsExactly(harbour);
        server.close();
        Path index = folder.resolve("runnel.db.search").resolve("index");
        try (var files = Files.list(index)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        start();
        assertThat(found(store, "{'query': 'harbour'}")).containsExactly(harbour);
    }
}
