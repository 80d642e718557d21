package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.testkit.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

    private static void await(TestServer server, String store, int completed) throws InterruptedException {
        Await.until("the files are completed",
                () -> server.get("/vector_stores/" + store).ok().at("/file_counts/completed").asInt() >= completed);
    }
}
