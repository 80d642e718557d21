package dev.runnel.server;

import dev.runnel.server.store.StoreException;
import dev.runnel.server.time.VirtualTime;
import dev.runnel.testkit.Await;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.LogLines;
import dev.runnel.testkit.Script;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.options.ServerOptions.DATABASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A disk that is full, and a database that another process has locked: said, survived, and over when it is over. */
@Timeout(180)
class OutageTest {
    private static final String LARGE = "x".repeat(200_000);

    /** How long after a failed write the server takes its runs up again. */
    private static final Duration UNTIL_TAKEN_UP = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private final VirtualTime time = new VirtualTime(Instant.now());
    private @Nullable TestServer started;

    @AfterEach
    void stop() {
        if (started != null) {
            started.close();
        }
    }

    /** The driver takes settings of SQLite's in the URL. */
    private TestServer start(String setting) {
        TestServer server = TestServer.start(
                folder,
                options -> options.with(DATABASE, "sqlite:" + folder.resolve("runnel.db") + "?" + setting)
                        .clock(time).timers(time));
        started = server;
        return server;
    }

    private static void assertUnavailable(Answer answer, String why) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(answer.error().path("type").asText()).isEqualTo("server_error");
        assertThat(answer.error().path("message").asText()).contains(why).doesNotContain("SQLITE", "Exception");
    }

    private static Answer largeThread(TestServer server) {
        return server.post("/threads", "{\"messages\": [{\"role\": \"user\", \"content\": \"" + LARGE + "\"}]}");
    }

    /** Fills what room there is. */
    private static List<String> fill(TestServer server) {
        List<String> threads = new ArrayList<>();
        Answer answer = largeThread(server);
        while (answer.status() == 200) {
            threads.add(answer.id());
            answer = largeThread(server);
        }
        return threads;
    }

    private List<String> awaitEnd(TestServer server, String run) throws InterruptedException {
        Await.until("the run is taken up again and ends", () -> {
            time.pass(UNTIL_TAKEN_UP);
            return server.get(run).json().path("status").asText().equals("completed");
        });
        try (EventReader reader = server.attach(run + "?stream=true")) {
            return names(reader.rest());
        }
    }

    private static void assertGivenUpOnce(LogLines log) {
        assertThat(log.lines()).filteredOn(line -> line.startsWith("SEVERE"))
                .allSatisfy(line -> assertThat(line).contains("database is full"))
                .filteredOn(line -> line.contains("could not be written")).hasSize(1);
    }

    @Test
    void aFullDiskIsSaidAndServiceReturnsWhenThereIsRoomAgain() throws SQLException {
        TestServer server = start("max_page_count=700");
        List<String> threads = fill(server);

        assertThat(threads).hasSizeGreaterThan(3);
        assertUnavailable(largeThread(server), "the disk is full");
        for (String thread : threads) {
            assertThat(server.get("/threads/" + thread + "/messages").ids()).hasSize(1);
        }
        server.send("DELETE", "/threads/" + threads.getFirst(), "").ok();
        assertThat(largeThread(server).status()).isEqualTo(200);
        assertWhole();
    }

    @Test
    void aRunThatTheDiskHasNoRoomForGoesOnWhenThereIs() throws Exception {
        TestServer server = start("max_page_count=700");
        Gate gate = new Gate();
        String[] pieces = IntStream.range(0, 10).mapToObj(i -> LARGE).toArray(String[]::new);
        server.models().enqueue(Script.reply("Hel").gate(gate).text(pieces).end("stop"));
        server.models().answer(request -> Script.chat("Good day"));
        String assistant = server.newAssistant();
        String thread = server.newThread();
        try (LogLines log = LogLines.of("dev.runnel.server"); EventReader reader = server.run(assistant, thread)) {
            String run = TestServer.runPath(reader.until("thread.message.delta"));
            List<String> threads = fill(server);
            gate.open();
            assertThat(names(reader.rest())).endsWith("error");
            for (String other : threads.subList(0, 3)) {
                server.send("DELETE", "/threads/" + other, "").ok();
            }
            assertThat(awaitEnd(server, run)).endsWith("thread.run.completed", "done");
            assertGivenUpOnce(log);
        }
        assertWhole();
    }

    /**
     * There is no room for the run's first event after the gate. It has no session until it is taken up again. Time stands until then, so an
     * answer that comes has not waited for that.
     */
    @Test
    void aRunThatWasGivenUpForNowIsNeitherCancelledNorDeletedAndThatIsSaidAtOnce() throws InterruptedException {
        TestServer server = start("max_page_count=700");
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("Hel").gate(gate).text(LARGE, LARGE, LARGE, LARGE).end("stop"));
        server.models().answer(request -> Script.chat("Good day"));
        String thread = server.newThread();
        try (LogLines log = LogLines.of("dev.runnel.server");
                EventReader reader = server.run(server.newAssistant(), thread)) {
            String run = TestServer.runPath(reader.until("thread.message.delta"));
            List<String> threads = fill(server);
            gate.open();
            assertThat(names(reader.rest())).endsWith("error");

            assertUnavailable(server.post(run + "/cancel", ""), "again in a moment");
            assertUnavailable(server.send("DELETE", "/threads/" + thread, ""), "again in a moment");
            for (String other : threads.subList(0, 3)) {
                server.send("DELETE", "/threads/" + other, "").ok();
            }
            Await.until("the run is taken up again, and its thread deleted", () -> {
                time.pass(UNTIL_TAKEN_UP);
                return server.send("DELETE", "/threads/" + thread, "").status() == 200;
            });
            assertGivenUpOnce(log);
        }
    }

    @Test
    void whileAnotherHoldsTheDatabaseThatIsSaidAndServiceReturns() throws SQLException {
        TestServer server = start("busy_timeout=200");
        try (Connection other = open(); Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            assertUnavailable(server.post("/threads", "{}"), "locked");
            assertThat(server.get("/threads").ids()).isEmpty();
            statement.execute("COMMIT");
        }
        assertThat(names(server.run())).endsWith("thread.run.completed", "done");
    }

    @Test
    void aDatabaseThatAnotherHasLockedIsSaidAtTheStart() throws Exception {
        TestServer server = start("busy_timeout=200");
        server.stop(Duration.ZERO).get();
        try (Connection other = open(); Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            assertThatThrownBy(server::restart).isInstanceOf(StoreException.class)
                    .hasMessageContaining("cannot be opened").hasMessageContaining("locked");
            statement.execute("COMMIT");
        }
        server.restart();
        assertThat(names(server.run())).endsWith("thread.run.completed", "done");
    }

    private Connection open() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("runnel.db") + "?busy_timeout=200");
    }

    private void assertWhole() throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("PRAGMA integrity_check")) {
            assertThat(result.getString(1)).isEqualTo("ok");
        }
    }
}
