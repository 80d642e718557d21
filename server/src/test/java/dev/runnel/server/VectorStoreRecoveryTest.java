package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A server that is killed while files are made searchable: every file ends, and its text is found once. */
@Timeout(300)
class VectorStoreRecoveryTest {
    private static final int FILES = 8;

    @TempDir
    Path folder;

    @Test
    void filesThatWereInProgressEndAfterTheServerWasKilled() throws InterruptedException {
        try (TestServer server = TestServer.startProcess(folder)) {
            String store = server.post("/vector_stores", "{}").id();
            List<String> files = new ArrayList<>();
            for (int i = 0; i < FILES; i++) {
                files.add(
                        server.upload(Multipart.file("file" + i + ".txt", "The word of this file is marker" + i + "."))
                                .id());
            }
            server.post("/vector_stores/" + store + "/file_batches",
                    "{\"file_ids\": [\"" + String.join("\",\"", files) + "\"]}").ok();
            for (int completed = 1; completed < 4; completed++) {
                await(server, store, completed);
                server.killAndRestart();
            }

            await(server, store, FILES);

            for (int i = 0; i < FILES; i++) {
                JsonNode found = server.post("/vector_stores/" + store + "/search", "{\"query\": \"marker" + i + "\"}")
                        .ok()
                        .path("data");
                assertThat(found).hasSize(1);
                assertThat(found.at("/0/file_id").asText()).isEqualTo(files.get(i));
            }
            assertThat(server.get("/vector_stores/" + store).ok().path("status").asText()).isEqualTo("completed");
        }
    }

    /** A parser that is killed with its server leaves the text of a file, which may be deleted by the next start. */
    @Test
    @DisabledIfSystemProperty(named = "runs.on", matches = "postgresql", disabledReason = "on PostgreSQL NodeFolderTest has it")
    void aStartRemovesWhatAKilledParserHasLeft() throws IOException {
        try (TestServer server = TestServer.startProcess(folder)) {
            server.get("/vector_stores").ok();
            Path left;
            try (Stream<Path> beside = Files.list(folder)) {
                String database = beside.map(Path::toString).filter(file -> file.endsWith(".lock")).findFirst()
                        .orElseThrow().replaceFirst("\\.lock$", "");
                left = Files.createDirectories(Path.of(database + ".search", "parse", "parse-1"));
            }
            Files.writeString(left.resolve("file"), "half a file");

            server.killAndRestart();
            server.get("/vector_stores").ok();

            assertThat(left).doesNotExist();
        }
    }

    private static void await(TestServer server, String store, int completed) throws InterruptedException {
        Await.until("the files are completed",
                () -> server.get("/vector_stores/" + store).ok().at("/file_counts/completed").asInt() >= completed);
    }
}
