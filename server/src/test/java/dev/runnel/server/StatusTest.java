package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.API_KEYS;
import static org.assertj.core.api.Assertions.assertThat;

/** The state of a server, as supervisors, load balancers and operators read it. */
@Timeout(120)
class StatusTest {
    private static final String BLUE = "blue-key-0123456789";
    private static final String RED = "red-key-0123456789";

    @TempDir
    Path folder;

    private static JsonNode get(TestServer server, String path) {
        return server.sendToRoot("GET", path, "").ok();
    }

    @Test
    void aServerWithoutRunsIsReadyAndKnowsItself() {
        try (TestServer server = TestServer.start(folder)) {
            JsonNode ready = get(server, "/readyz");
            assertThat(ready.path("status").asText()).isEqualTo("ready");
            assertThat(ready.path("nodes")).singleElement().satisfies(node -> {
                assertThat(node.path("id")).isEqualTo(ready.path("node"));
                assertThat(node.path("runs").asInt()).isZero();
            });
            assertThat(get(server, "/healthz").path("nodes")).isEqualTo(ready.path("nodes"));
        }
    }

    @Test
    void aProjectSeesItsOwnRunsAndHowManyThereAreOfAll() {
        try (TestServer server = TestServer.start(folder,
                options -> options.with(API_KEYS, ApiKeys.of(List.of("blue=" + BLUE, "red=" + RED))))) {
            Gate gate = new Gate();
            server.models().enqueue(Script.sse().text("One ").gate(gate).text("two").end("stop"));
            server.as(BLUE);
            try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
                String run = TestServer.runPath(reader.until("thread.message.delta"));
                JsonNode own = get(server, "/nodes").at("/nodes/0");
                assertThat(own.path("self").asBoolean()).isTrue();
                assertThat("/threads/" + own.at("/held/0/thread_id").asText() + "/runs/"
                        + own.at("/held/0/id").asText()).isEqualTo(run);
                JsonNode others = get(server.as(RED), "/nodes").at("/nodes/0");
                assertThat(others.path("runs").asInt()).isEqualTo(1);
                assertThat(others.path("held")).isEmpty();
                assertThat(server.as("").sendToRoot("GET", "/nodes", "").status()).isEqualTo(401);
                gate.open();
            }
        }
    }

    @Test
    void aServerThatIsBeingStoppedIsUpAndNotReady() throws Exception {
        try (TestServer server = TestServer.start(folder)) {
            Gate gate = new Gate();
            server.models().enqueue(Script.sse().text("One ").gate(gate).text("two").end("stop"));
            try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
                reader.until("thread.message.delta");
                Future<?> stopped = server.stop(Duration.ofMinutes(1));
                Answer ready = server.sendToRoot("GET", "/readyz", "");
                while (ready.status() == 200) {
                    ready = server.sendToRoot("GET", "/readyz", "");
                }
                assertThat(ready.status()).isEqualTo(503);
                assertThat(ready.headers().firstValue("retry-after")).isPresent();
                assertThat(get(server, "/healthz").path("status").asText()).isEqualTo("ok");
                gate.open();
                reader.rest();
                stopped.get();
            }
        }
    }
}
