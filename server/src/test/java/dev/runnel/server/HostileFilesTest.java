package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.search.parse.Documents;
import dev.runnel.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Files that are made to harm, and requests that come at a bad moment: each fails in words, and the others are served. */
@Timeout(180)
class HostileFilesTest {
    @TempDir
    Path folder;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.startDemo(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String upload(String name, byte[] content) {
        return server.upload(Multipart.file(name, content)).id();
    }

    private String store(String... files) {
        return server.post("/vector_stores", "{\"file_ids\": [" + quoted(List.of(files)) + "]}").id();
    }

    private static String quoted(List<String> ids) {
        return String.join(",", ids.stream().map(id -> "\"" + id + "\"").toList());
    }

    private void awaitEnd(String store) throws InterruptedException {
        Await.until("the store is completed",
                () -> server.get("/vector_stores/" + store).ok().path("status").asText().equals("completed"));
    }

    private List<String> found(String store) {
        return server.post("/vector_stores/" + store + "/search", "{\"query\": \"harbour\"}").column("file_id");
    }

    private String error(String store, String file) {
        JsonNode error = server.get("/vector_stores/" + store + "/files/" + file).ok().path("last_error");
        return error.path("code").asText() + ": " + error.path("message").asText();
    }

    @Test
    void bombsEntitiesAndEndlessWordsFailAndTheFileBesideThemIsFound() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "the secret");
        String entity = "<!DOCTYPE d [<!ENTITY e SYSTEM \"" + secret.toUri() + "\">]>";
        String bomb = upload("bomb.docx", Documents.bomb());
        String external = upload("external.docx", Documents.docx(entity, "<w:p><w:t>&e;</w:t></w:p>"));
        String word = upload("word.txt", "a".repeat(40 << 20).getBytes(StandardCharsets.US_ASCII));
        String good = upload("good.txt", "The harbour opens at six.".getBytes(StandardCharsets.US_ASCII));

        String store = store(bomb, external, word, good);
        awaitEnd(store);

        assertThat(error(store, bomb)).isEqualTo("invalid_file: The file unpacks to more than 200 MiB.");
        assertThat(error(store, external)).startsWith("invalid_file: ").contains("document type definition");
        assertThat(error(store, word)).startsWith("invalid_file: The file has more text than the limit");
        assertThat(found(store)).containsExactly(good);
        assertThat(parsed()).as("left by the parser").isEmpty();
    }

    private List<String> parsed() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(Path::toString).filter(path -> path.contains("/parse/")).toList();
        }
    }

    @Test
    void aPdfThatNeverEndsIsEndedWithTheServer() throws Exception {
        String store = store(upload("endless.pdf", Documents.endlessPdf()));
        Await.until("a parser runs", () -> !parsers().isEmpty());
        assertThat(server.get("/vector_stores/" + store).ok().path("status").asText()).isEqualTo("in_progress");

        server.close();

        assertThat(parsers()).isEmpty();
        server = TestServer.startDemo(folder);
        assertThat(server.get("/vector_stores/" + store).ok().path("status").asText()).isEqualTo("in_progress");
    }

    private static List<ProcessHandle> parsers() {
        return ProcessHandle.current().descendants().filter(ProcessHandle::isAlive).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../harbour.txt", "a/b\\c.txt", "a\u0000b.txt", "..", "\u202Etxt.exe.txt"})
    void aNameIsOnlyAName(String name) throws Exception {
        Answer answer = server.upload(Multipart.file(name, "The harbour opens at six."));
        if (answer.status() == 400) {
            assertThat(answer.error().path("message").asText()).isNotBlank();
            return;
        }
        String store = store(answer.id());
        awaitEnd(store);
        assertThat(folder.resolve("../harbour.txt")).doesNotExist();
        JsonNode counts = server.get("/vector_stores/" + store).ok().path("file_counts");
        assertThat(counts.path("completed").asInt() + counts.path("failed").asInt()).isEqualTo(1);
    }

    @Test
    void tenThousandFilesAreTooManyForABatch() {
        String store = store();
        List<String> ids = Collections.nCopies(10_000, upload("a.txt", new byte[] {'a'}));
        Answer answer = server.post("/vector_stores/" + store + "/file_batches",
                "{\"file_ids\": [" + quoted(ids) + "]}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("param").asText()).isEqualTo("file_ids");
        assertThat(server.get("/vector_stores/" + store + "/files").ids()).isEmpty();
    }

    @Test
    void attributesBeyondTheirLimitsAreRefused() {
        String store = store();
        String file = upload("a.txt", new byte[] {'a'});
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            many.add("\"k" + i + "\": 1");
        }
        for (String attributes : List.of(
                String.join(",", many),
                "\"" + "k".repeat(65) + "\": 1",
                "\"k\": \"" + "v".repeat(513) + "\"",
                "\"k\": [1]",
                "\"k\": null")) {
            Answer answer = server.post("/vector_stores/" + store + "/files",
                    "{\"file_id\": \"" + file + "\", \"attributes\": {" + attributes + "}}");
            assertThat(answer.status()).as(attributes).isEqualTo(400);
            assertThat(answer.error().path("param").asText()).startsWith("attributes");
        }
        assertThat(server.get("/vector_stores/" + store + "/files").ids()).isEmpty();
    }

    @Test
    void aStoreMayBeDeletedWhileItIsSearchedAndWhileItsFilesAreRead() throws Exception {
        List<String> files = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            files.add(upload(i + ".txt", ("The harbour opens at " + i).getBytes(StandardCharsets.US_ASCII)));
        }
        String kept = store(files.getFirst());
        awaitEnd(kept);
        try (ExecutorService searchers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 5; round++) {
                String store = store(files.toArray(String[]::new));
                List<Future<List<Integer>>> searches = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    searches.add(searchers.submit(() -> statusesUntilGone(store)));
                }
                server.send("DELETE", "/vector_stores/" + store, "").ok();
                for (Future<List<Integer>> search : searches) {
                    assertThat(search.get()).containsOnly(200, 404);
                }
            }
        }
        assertThat(found(kept)).containsExactly(files.getFirst());
        assertThat(server.get("/vector_stores").ids()).containsExactly(kept);
    }

    private List<Integer> statusesUntilGone(String store) {
        List<Integer> statuses = new ArrayList<>(List.of(200));
        while (statuses.getLast() != 404) {
            statuses.add(server.post("/vector_stores/" + store + "/search", "{\"query\": \"harbour\"}").status());
            if (statuses.getLast() != 200 && statuses.getLast() != 404) {
                return statuses;
            }
        }
        return statuses;
    }
}
