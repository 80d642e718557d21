package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.backend.TestDatabases;
import dev.runnel.testkit.LogLines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How much of a thread is read for a prompt. All but its first message and its latest ten are made unreadable, so that a run that looks at
 * any of them fails.
 */
@Timeout(180)
class LongThreadTest {
    private static final int LENGTH = 30;
    private static final int READABLE = 10;

    /** A word is five tokens with its role and what is around it, and a prompt three more. */
    private static final int TOKENS_OF_READABLE = READABLE * 5 + 3;

    @TempDir
    Path folder;

    private TestServer server;
    private String thread;

    @BeforeEach
    void start() throws SQLException {
        server = TestServer.start(folder);
        List<String> messages = IntStream.range(0, LENGTH)
                .mapToObj(i -> "{\"role\": \"user\", \"content\": \"" + word(i) + "\"}")
                .toList();
        thread = server.post("/threads", "{\"messages\": [" + String.join(",", messages) + "]}").id();
        try (Connection connection = TestDatabases.connect(folder);
                Statement statement = connection.createStatement()) {
            int spoiled = statement.executeUpdate("UPDATE messages SET json = 'spoiled' WHERE seq > 1 AND seq <= "
                    + (LENGTH - READABLE));
            assertThat(spoiled).isEqualTo(LENGTH - READABLE - 1);
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String word(int i) {
        return i == 0 ? "First" : i == LENGTH - 1 ? "Last" : "More";
    }

    private List<String> names(String options) {
        try (EventReader reader = server.stream("/threads/" + thread + "/runs", "{\"assistant_id\": \""
                + server.newAssistant("{\"model\": \"m\"}") + "\", \"stream\": true, " + options + "}")) {
            return EventReader.names(reader.rest());
        }
    }

    private List<String> asked() throws InterruptedException {
        List<String> said = new ArrayList<>();
        for (JsonNode message : server.models().awaitRequest(0, TestServer.PATIENCE).json().path("messages")) {
            said.add(message.path("content").asText());
        }
        return said;
    }

    @Test
    void theLastMessagesAloneAreRead() throws Exception {
        List<String> events = names("\"truncation_strategy\": {\"type\": \"last_messages\", \"last_messages\": 10}");

        assertThat(events).endsWith("thread.run.completed", "done");
        assertThat(asked()).hasSize(READABLE).endsWith("More", "Last");
    }

    @Test
    void nothingIsReadBeyondWhatABudgetHasRoomFor() throws Exception {
        List<String> events = names("\"max_prompt_tokens\": " + (TOKENS_OF_READABLE - 5));

        assertThat(events).endsWith("thread.run.completed", "done");
        assertThat(asked()).hasSize(READABLE - 1).startsWith("First").endsWith("More", "Last");
    }

    @Test
    void allIsReadIfThereIsRoomForIt() {
        try (LogLines log = LogLines.of("dev.runnel.server.engine.runs")) {
            assertThat(names("\"max_prompt_tokens\": 100000")).endsWith("thread.run.failed", "done");
            assertThat(log.lines()).hasSize(2);
            assertThat(log.lines().getFirst()).startsWith("SEVERE: run run_").contains("'spoiled'");
            assertThat(log.lines().getLast()).startsWith("WARNING: run run_").contains("failed: server_error");
        }
    }
}
