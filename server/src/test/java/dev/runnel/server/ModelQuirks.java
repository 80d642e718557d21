package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.testkit.Script;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.EventReader.only;

/** A model server that answers in its own way, and the run that comes of its reply. */
@Timeout(60)
abstract class ModelQuirks {
    @TempDir
    Path folder;

    TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    static String chunk(String delta, String finish) {
        return "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}";
    }

    List<Event> run(Script script) {
        server.models().enqueue(script);
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            return reader.rest();
        }
    }

    static JsonNode failure(List<Event> events) {
        return only(events, "thread.run.failed").json().path("last_error");
    }
}
