package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.EventReader.Event;
import dev.runnel.server.backend.DurablePostgres;
import dev.runnel.server.backend.PostgresServer;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.LogLines;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.TcpLink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.options.ServerOptions.DATABASE;
import static dev.runnel.server.options.ServerOptions.HEARTBEAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A PostgreSQL that cannot be reached for a while: said, waited for, and over when it is over. */
@Timeout(180)
class DatabaseAwayTest {
    @TempDir
    Path folder;

    private final TcpLink link = TcpLink.to(PostgresServer.port());
    private final List<TestServer> nodes = new ArrayList<>();

    @AfterEach
    void stop() {
        link.restore();
        nodes.forEach(TestServer::close);
        link.close();
    }

    private TestServer start(String hosts, String settings) {
        TestServer node = TestServer.start(folder, options -> options
                .with(HEARTBEAT, Duration.ofSeconds(1))
                .with(DATABASE, PostgresServer.url(folder, hosts, settings)));
        nodes.add(node);
        return node;
    }

    private TestServer start() {
        return start(ways(link), "");
    }

    private static String ways(TcpLink... links) {
        List<String> hosts = new ArrayList<>();
        for (TcpLink each : links) {
            hosts.add("127.0.0.1:" + each.port());
        }
        return String.join(",", hosts);
    }

    private static void assertUnavailable(Answer answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(answer.error().path("message").asText()).contains("the database cannot be reached");
    }

    @Test
    void aServerThatIsStartedWithoutItsDatabaseSaysSoAndWaits() throws Exception {
        link.cut();
        try (LogLines log = LogLines.of("dev.runnel.server")) {
            FutureTask<TestServer> starting = new FutureTask<>(this::start);
            Thread.ofVirtual().start(starting);
            while (log.lines().stream().noneMatch(line -> line.contains("waiting for the database"))) {
                assertThat(starting).isNotDone();
                Thread.sleep(10);
            }
            link.restore();
            TestServer server = starting.get(60, TimeUnit.SECONDS);
            assertThat(names(server.run())).endsWith("thread.run.completed", "done");
            assertThat(log.lines()).filteredOn(line -> line.contains("waiting for the database")).singleElement()
                    .asString()
                    .doesNotContain("postgres:postgres");
        }
    }

    @Test
    void aRunWaitsForTheDatabaseAndGoesOnWhereItWas() {
        TestServer server = start();
        Gate gate = new Gate();
        server.models().enqueue(Script.sse().text("One ").gate(gate).text("two ", "three").end("stop"));
        try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
            String run = TestServer.runPath(reader.until("thread.message.delta"));
            link.cut();
            gate.open();
            assertUnavailable(server.post("/threads", "{}"));
            assertUnavailable(server.get(run));
            assertUnavailable(server.sendToRoot("GET", "/readyz", ""));
            JsonNode health = server.sendToRoot("GET", "/healthz", "").ok();
            assertThat(health.path("runs_executing").asInt()).isEqualTo(1);
            assertThat(health.path("nodes").isNull()).isTrue();
            link.restore();
            List<Event> rest = reader.rest();
            assertThat(EventReader.text(rest)).isEqualTo("two three");
            assertThat(names(rest)).endsWith("thread.run.completed", "done").doesNotContain("thread.run.step.failed");
        }
        assertThat(server.post("/threads", "{}").status()).isEqualTo(200);
        assertThat(server.sendToRoot("GET", "/readyz", "").status()).isEqualTo(200);
    }

    @Test
    void packetsThatAreLostForAWhileDoNoHarm() {
        TestServer server = start(ways(link), "&socketTimeout=2");
        Gate gate = new Gate();
        server.models().enqueue(Script.sse().text("One ").gate(gate).text("two ", "three").end("stop"));
        try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
            String run = TestServer.runPath(reader.until("thread.message.delta"));
            link.silence();
            gate.open();
            assertUnavailable(server.get(run)); // after two seconds
            link.restore();
            List<Event> rest = reader.rest();
            assertThat(EventReader.text(rest)).isEqualTo("two three");
            assertThat(names(rest)).endsWith("thread.run.completed", "done").doesNotContain("thread.run.step.failed");
        }
    }

    @Test
    void streamsEndWithoutDoneWhenTheDatabaseStaysAwayAndReadersAttachAgainWhenItIsBack() throws InterruptedException {
        TestServer server = start(ways(link), "&patience=3");
        TestServer other = start(ways(link), "&patience=3");
        Gate gate = new Gate();
        server.models().enqueue(Script.sse().text("One ").gate(gate).text("two").end("stop"));
        server.models().answer(_ -> Script.chat("One ", "two"));
        other.models().answer(_ -> Script.chat("One ", "two"));
        List<Event> seen = new ArrayList<>();
        String run;
        try (EventReader here = server.run(server.newAssistant(), server.newThread())) {
            seen.addAll(here.until("thread.message.delta"));
            run = TestServer.runPath(seen);
            try (EventReader there = other.attach(run + "?stream=true");
                    LogLines log = LogLines.of("dev.runnel.server")) {
                there.until("thread.message.delta");
                link.cut();
                gate.open();
                assertThat(here.rest()).isEmpty();
                assertThat(here.comments()).contains(": ping");
                assertThat(there.rest()).isEmpty();
                assertThat(log.lines()).filteredOn(line -> line.startsWith("SEVERE")).allSatisfy(
                        line -> assertThat(line).contains("could not be written"));
            }
        }
        link.restore();
        while (server.get(run).status() != 200) {
            Thread.sleep(50);
        }
        try (EventReader again = other.attach(run + "?stream=true&starting_after=" + seen.getLast().seq())) {
            seen.addAll(again.rest());
        }
        assertThat(names(seen)).endsWith("thread.run.completed", "done");
        try (EventReader all = server.attach(run + "?stream=true")) {
            assertThat(all.rest()).isEqualTo(seen);
        }
    }

    @Test
    void ofSeveralHostsTheOneThatAnswersIsUsed() {
        TcpLink dead = TcpLink.to(PostgresServer.port());
        dead.close();
        try (TcpLink second = TcpLink.to(PostgresServer.port())) {
            TestServer server = start(ways(dead, link, second), "&targetServerType=primary");
            Gate gate = new Gate();
            server.models().enqueue(Script.sse().text("One ").gate(gate).text("two").end("stop"));
            try (EventReader reader = server.run(server.newAssistant(), server.newThread())) {
                reader.until("thread.message.delta");
                link.cut(); // from here on it is the third host
                gate.open();
                assertThat(names(reader.rest())).endsWith("thread.run.completed", "done")
                        .doesNotContain("thread.run.step.failed");
            }
            assertThat(server.post("/threads", "{}").status()).isEqualTo(200);
            server.close();
            nodes.remove(server);
        }
    }

    @Test
    void aDatabaseThatCrashesAndRecoversLosesNothingThatWasSeen() {
        Optional<DurablePostgres> installed = DurablePostgres.start();
        assumeTrue(installed.isPresent(), "PostgreSQL is installed");
        try (DurablePostgres database = installed.get();
                TestServer a = TestServer.start(folder, options -> options.with(DATABASE, database.url()));
                TestServer b = TestServer.start(folder, options -> options.with(DATABASE, database.url()))) {
            Gate gate = new Gate();
            a.models().enqueue(Script.sse().text("One ").gate(gate).text("two ", "three").end("stop"));
            try (EventReader here = a.run(a.newAssistant(), a.newThread())) {
                List<Event> begun = here.until("thread.message.delta");
                String run = TestServer.runPath(begun);
                try (EventReader there = b.attach(run + "?stream=true")) {
                    assertThat(there.until("thread.message.delta")).isEqualTo(begun);
                    database.crashAndRestart();
                    gate.open();
                    List<Event> rest = here.rest();
                    assertThat(EventReader.text(rest)).isEqualTo("two three");
                    assertThat(names(rest)).endsWith("thread.run.completed", "done")
                            .doesNotContain("thread.run.step.failed");
                    assertThat(there.rest()).isEqualTo(rest);
                }
                try (EventReader again = b.attach(run + "?stream=true")) {
                    assertThat(again.rest()).startsWith(begun.toArray(Event[]::new));
                }
            }
        }
    }
}
