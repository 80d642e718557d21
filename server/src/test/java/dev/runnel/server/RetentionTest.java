package dev.runnel.server;

import dev.runnel.server.backend.TestDatabases;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.options.ServerOptions.EVENT_RETENTION;
import static dev.runnel.server.options.ServerOptions.RUN_LIFETIME;
import static org.assertj.core.api.Assertions.assertThat;

/** How long the events of a run that has ended are kept. Housekeeping begins at each start. */
@Timeout(180)
class RetentionTest {
    private static final Duration KEPT = Duration.ofHours(2);

    @TempDir
    Path folder;

    private volatile Instant now = Instant.now();
    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder, options -> options
                .clock(() -> now)
                .with(RUN_LIFETIME, Duration.ofDays(30)).with(EVENT_RETENTION, KEPT));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Sees the ended runs off, then lets time pass, and waits until no log is left but of so many runs. */
    private void pass(Duration time, int logs) throws SQLException {
        server.restart();
        await("SELECT count(*) FROM runs WHERE NOT active AND ended_at IS NULL", 0);
        now = now.plus(time);
        server.restart();
        await("SELECT count(DISTINCT position >> 32) FROM log", logs);
    }

    private void await(String count, int expected) throws SQLException {
        Instant end = Instant.now().plus(TestServer.PATIENCE);
        while (count(count) != expected && Instant.now().isBefore(end)) {
            Thread.onSpinWait();
        }
        assertThat(count(count)).isEqualTo(expected);
    }

    private int count(String query) throws SQLException {
        try (Connection connection = TestDatabases.connect(folder);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getInt(1);
        }
    }

    @Test
    void eventsGoAndObjectsStay() throws SQLException {
        String run = TestServer.runPath(server.run());
        String thread = run.substring(0, run.indexOf("/runs/"));
        String messages = server.get(thread + "/messages").body();
        String steps = server.get(run + "/steps").body();
        String object = server.get(run).body();
        pass(KEPT.plusSeconds(1), 0);

        Answer gone = server.get(run + "?stream=true");
        assertThat(gone.status()).isEqualTo(410);
        assertThat(gone.error().path("code").asText()).isEqualTo("events_gone");
        assertThat(server.get(run).body()).isEqualTo(object);
        assertThat(server.get(run + "/steps").body()).isEqualTo(steps);
        assertThat(server.get(thread + "/messages").body()).isEqualTo(messages);
        assertThat(server.send("DELETE", thread, "").status()).isEqualTo(200);
    }

    @Test
    void whereADeletedObjectStoodIsForgottenAfterADay() throws SQLException {
        String first = server.newAssistant();
        String second = server.newAssistant();
        server.send("DELETE", "/assistants/" + second, "").ok();
        server.restart();
        await("SELECT count(*) FROM deleted WHERE deleted_at IS NULL", 0);
        now = now.plus(Duration.ofHours(23));
        server.restart();
        await("SELECT count(*) FROM deleted", 1);
        assertThat(server.get("/assistants?after=" + second).ids()).containsExactly(first);

        now = now.plus(Duration.ofHours(2));
        server.restart();
        await("SELECT count(*) FROM deleted", 0);
        assertThat(server.get("/assistants?after=" + second).status()).isEqualTo(404);
    }

    @Test
    void untilThenTheyStay() throws SQLException {
        String run = TestServer.runPath(server.run());
        pass(KEPT.minusSeconds(1), 1);
        assertThat(server.attach(run + "?stream=true").rest()).isNotEmpty();
    }

    @Test
    void aRunThatHasNotEndedKeepsThem() throws SQLException {
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        String run;
        try (EventReader reader = server.run(server.newWeatherAssistant(), server.newThread())) {
            run = TestServer.runPath(reader.rest());
        }
        server.run();
        pass(KEPT.plusDays(2), 1);
        assertThat(server.attach(run + "?stream=true").rest()).isNotEmpty();
    }
}
