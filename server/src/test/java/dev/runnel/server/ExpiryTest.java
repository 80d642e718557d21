package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.server.backend.TestDatabases;
import dev.runnel.server.time.VirtualTime;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.EventReader.only;
import static dev.runnel.server.options.ServerOptions.RUN_LIFETIME;
import static org.assertj.core.api.Assertions.assertThat;

/** Runs that are not done in time. */
@Timeout(180)
class ExpiryTest {
    private static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final Duration MORE_THAN_LIFETIME = LIFETIME.plusSeconds(2);

    @TempDir
    Path folder;

    private final VirtualTime time = new VirtualTime(Instant.now());
    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder, options -> options
                .with(RUN_LIFETIME, LIFETIME).clock(time).timers(time));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aRunThatIsExecutedForTooLongKeepsItsTextAndFreesItsThread() throws InterruptedException {
        server.models().enqueue(Script.reply("Hel").stall());
        String thread = server.newThread();
        try (EventReader reader = server.run(server.newAssistant(), thread)) {
            List<Event> events = new ArrayList<>(reader.until("thread.message.delta"));
            time.pass(MORE_THAN_LIFETIME);
            events.addAll(reader.rest());

            assertThat(names(events)).endsWith(
                    "thread.message.delta", "thread.message.incomplete", "thread.run.step.expired",
                    "thread.run.expired",
                    "done");
            assertThat(only(events, "thread.message.incomplete").json().at("/incomplete_details/reason").asText())
                    .isEqualTo("run_expired");
            assertThat(only(events, "thread.message.incomplete").json().at("/content/0/text/value").asText())
                    .isEqualTo("Hel");
            assertThat(only(events, "thread.run.step.expired").json().path("expired_at").isIntegralNumber()).isTrue();
            assertThat(only(events, "thread.run.expired").json().path("expires_at").isNull()).isTrue();
        }
        RecordedRequest call = server.models().awaitRequest(0, TestServer.PATIENCE);
        assertThat(call.awaitDisconnect(TestServer.PATIENCE)).isTrue();
        assertThat(server.post("/threads/" + thread + "/messages", """
                {"role": "user", "content": "And?"}""").status()).isEqualTo(200);
    }

    static Stream<Arguments> beforeAnyMessage() {
        return Stream.of(
                Arguments.of("the model is silent", Script.silent(), "thread.run.in_progress",
                        List.of("thread.run.in_progress", "thread.run.expired", "done")),
                Arguments.of("the model thinks", Script.reply().think("Hm").stall(), "thread.run.in_progress",
                        List.of("thread.run.in_progress", "thread.run.expired", "done")),
                Arguments.of("the model calls",
                        Script.reply().calls(ToolCall.of("call_1", "weather", "{")).stall(), "thread.run.step.delta",
                        List.of("thread.run.step.delta", "thread.run.step.expired", "thread.run.expired", "done")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("beforeAnyMessage")
    void aRunExpiresBeforeItHasSaidAnythingToo(String state, Script script, String begun, List<String> ending) {
        server.models().enqueue(script);
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            List<Event> events = new ArrayList<>(reader.until(begun));
            time.pass(MORE_THAN_LIFETIME);
            events.addAll(reader.rest());

            assertThat(names(events)).as(state).endsWith(ending.toArray(String[]::new));
            assertThat(only(events, "thread.run.expired").json().path("required_action").isNull()).isTrue();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"PT2H", "-PT2H"})
    void aRunThatWaitsExpiresThoughTheWallClockJumps(Duration jump) {
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        String run;
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            run = TestServer.runPath(reader.rest());
        }
        time.pass(Duration.ofSeconds(1));
        time.jump(jump);
        time.pass(jump.isNegative() ? MORE_THAN_LIFETIME : Duration.ofSeconds(1));
        try (EventReader reader = server.attach(run + "?stream=true&follow=true")) {
            assertThat(names(reader.rest())).endsWith("thread.run.expired", "done");
        }
    }

    /** Looked for in the database, as a request might be what ends it. */
    private void awaitExpiredInTheDatabase() throws SQLException {
        try (Connection database = TestDatabases.connect(folder);
                Statement statement = database.createStatement()) {
            while (true) {
                try (ResultSet runs = statement.executeQuery("SELECT 1 FROM runs WHERE NOT active")) {
                    if (runs.next()) {
                        return;
                    }
                }
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aRunThatRequiresActionExpiresThoughNobodyAsks() throws Exception {
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        List<Event> events;
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            events = reader.rest();
        }
        assertThat(names(events)).endsWith("thread.run.requires_action", "done");
        String run = TestServer.runPath(events);
        time.pass(MORE_THAN_LIFETIME);
        awaitExpiredInTheDatabase();

        assertThat(server.get(run).ok().path("status").asText()).isEqualTo("expired");
        JsonNode step = server.get(run + "/steps").ok().at("/data/0");
        assertThat(step.path("expired_at").asLong() - step.path("created_at").asLong())
                .isGreaterThanOrEqualTo(LIFETIME.toSeconds() - 1);
        try (EventReader reader = server.attach(run + "?stream=true&starting_after=" + (events.size() - 1))) {
            assertThat(names(reader.rest())).containsExactly("thread.run.step.expired", "thread.run.expired", "done");
        }
        Answer late = server.post(run + "/submit_tool_outputs", """
                {"tool_outputs": [{"tool_call_id": "call_1", "output": "x"}]}""");
        assertThat(late.status()).isEqualTo(400);
        assertThat(late.error().path("message").asText())
                .isEqualTo("Runs in status \"expired\" do not accept tool outputs.");
    }
}
