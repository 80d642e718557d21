package dev.runnel.server;

import dev.runnel.server.EventReader.Event;
import dev.runnel.server.backend.PostgresServer;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.options.ServerOptions.DATABASE;
import static org.assertj.core.api.Assertions.assertThat;

/** Nodes that share one PostgreSQL: a node that dies, stops or sleeps takes nothing with it that was shown. */
@Timeout(120)
class TakeOverTest extends SharedDatabase {
    @Test
    void aRunThatWaitedForOutputsIsAnybodysWhenItsNodeHasDied() {
        TestServer a = node();
        TestServer b = node();
        TestServer c = node();
        a.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        String run;
        try (EventReader reader = a.run(a.newWeatherAssistant(), a.newThread())) {
            run = TestServer.runPath(reader.rest());
        }
        // As a node leaves it that is killed when it has taken the run for outputs.
        PostgresServer.awaitNone(folder, "SELECT 1 FROM runs WHERE active AND owner IS NOT NULL");
        PostgresServer.execute(folder, "UPDATE runs SET owner = 'dead', fence = fence + 1, lease_end = 1 WHERE active");
        PostgresServer.awaitNone(folder, "SELECT 1 FROM runs WHERE active AND owner IS NOT NULL");
        for (TestServer node : List.of(b, c)) {
            assertThat(node.post(run + "/submit_tool_outputs", "{\"tool_outputs\": []}").status()).isEqualTo(400);
        }
    }

    @Test
    void anotherNodeGoesOnWithTheRunsOfOneThatIsKilled() {
        TestServer a = nodeThatDies();
        TestServer b = node();
        a.models().enqueue(Script.reply("Hel", "lo").stall());
        b.models().enqueue(Script.chat("Good ", "day"));
        List<Event> seen;
        try (EventReader reader = a.run(a.newAssistant(), a.newThread())) {
            seen = reader.until(event -> event.data().contains("\"value\":\"lo\""));
        }
        String run = TestServer.runPath(seen);
        try (EventReader reader = b.attach(run + "?stream=true")) {
            a.kill();
            List<Event> all = reader.rest();
            assertThat(all.subList(0, seen.size())).isEqualTo(seen);
            assertThat(names(all.subList(seen.size(), all.size()))).startsWith(
                    "thread.message.incomplete", "thread.run.step.failed", "thread.run.queued")
                    .endsWith("thread.run.completed", "done");
        }
        String thread = run.substring(0, run.indexOf("/runs/"));
        assertThat(b.get(thread + "/messages").ok().at("/data/0/content/0/text/value").asText()).isEqualTo("Good day");
    }

    @Test
    void aNodeThatIsStoppedLeavesItsRunsToTheOthersAtOnce() {
        TestServer a = node();
        TestServer b = node();
        a.models().enqueue(Script.reply("Hel", "lo").stall());
        b.models().enqueue(Script.chat("Good ", "day"));
        String run;
        try (EventReader reader = a.run(a.newAssistant(), a.newThread())) {
            run = TestServer.runPath(reader.until("thread.message.delta"));
        }
        try (EventReader reader = b.attach(run + "?stream=true")) {
            Future<?> _ = a.stop(Duration.ZERO);
            assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
        }
    }

    @Test
    void aRunGoesOnWhenTheDatabaseHasEndedAllConnections() {
        TestServer a = node();
        TestServer b = node();
        Gate gate = new Gate();
        a.models().enqueue(Script.sse().text("One ").gate(gate).text("two ", "three").end("stop"));
        try (EventReader here = a.run(a.newAssistant(), a.newThread())) {
            List<Event> begun = here.until("thread.message.delta");
            String run = TestServer.runPath(begun);
            try (EventReader there = b.attach(run + "?stream=true")) {
                assertThat(there.until("thread.message.delta")).isEqualTo(begun);
                PostgresServer.execute(folder, """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name = 'runnel'""");
                gate.open();
                List<Event> rest = here.rest();
                assertThat(EventReader.text(rest)).isEqualTo("two three");
                assertThat(names(rest)).endsWith("thread.run.completed", "done")
                        .doesNotContain("thread.run.step.failed");
                assertThat(there.rest()).isEqualTo(rest);
            }
        }
        assertThat(a.post("/threads", "{}").status()).isEqualTo(200);
    }

    /** A node that asks about its leases every 200 seconds only: until then it does not hear that it lost one. */
    private TestServer nodeThatHearsLate() {
        return node(options -> options.with(DATABASE, PostgresServer.url(folder).replace("lease=2", "lease=600")));
    }

    /** Lets the leases lapse that were taken first, until another node has the runs. */
    private void lapse() {
        PostgresServer.execute(folder, """
                DO $$ BEGIN
                  WHILE EXISTS (SELECT 1 FROM runs WHERE active AND fence = 1) LOOP
                    UPDATE runs SET lease_end = 1 WHERE active AND fence = 1;
                    COMMIT;
                    PERFORM pg_sleep(0.01);
                  END LOOP;
                END $$""");
    }

    @Test
    void aNodeThatHasNotHeardOfItsLossRefusesNoOutputs() {
        TestServer a = nodeThatHearsLate();
        TestServer b = node();
        a.models().enqueue(Script.reply("Hel", "lo").stall());
        a.models().enqueue(Script.chat("Good ", "day"));
        b.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")));
        String run;
        try (EventReader reader = a.run(a.newWeatherAssistant(), a.newThread())) {
            run = TestServer.runPath(reader.until("thread.message.delta"));
        }
        lapse();
        try (EventReader reader = b.attach(run + "?stream=true&follow=true")) {
            reader.until("thread.run.requires_action");
            String outputs = "{\"tool_outputs\": [{\"tool_call_id\": \"call_1\", \"output\": \"sunny\"}]}";
            assertThat(a.post(run + "/submit_tool_outputs", outputs).ok().path("status").asText()).isEqualTo("queued");
            assertThat(names(reader.rest())).endsWith("thread.run.completed", "done");
        }
    }

    @Test
    void aNodeThatHasNotHeardOfItsLossShowsTheMessageOfTheOther() {
        TestServer a = nodeThatHearsLate();
        TestServer b = node();
        Gate gate = new Gate();
        a.models().enqueue(Script.reply("Hel", "lo").stall());
        b.models().enqueue(Script.sse().text("Good ").gate(gate).text("day").end("stop"));
        String run;
        try (EventReader reader = a.run(a.newAssistant(), a.newThread())) {
            run = TestServer.runPath(reader.until("thread.message.delta"));
        }
        lapse();
        try (EventReader reader = b.attach(run + "?stream=true")) {
            reader.until(event -> event.data().contains("\"value\":\"Good \""));
            String thread = run.substring(0, run.indexOf("/runs/"));
            assertThat(a.get(thread + "/messages").ok().at("/data/0/content/0/text/value").asText()).isEqualTo("Good ");
            gate.open();
            reader.rest();
        }
    }

    @Test
    void aNodeThatSleptThroughItsLeaseWritesNothingMore() throws Exception {
        TestServer a = nodeThatDies();
        TestServer b = node();
        Gate gate = new Gate();
        a.models().enqueue(Script.sse().text("Hel").gate(gate).text("lo").end("stop"));
        b.models().enqueue(Script.chat("Good ", "day"));
        String run;
        try (EventReader reader = a.run(a.newAssistant(), a.newThread())) {
            run = TestServer.runPath(reader.until("thread.message.delta"));
        }
        a.signal("STOP");
        List<Event> all;
        try (EventReader reader = b.attach(run + "?stream=true")) {
            all = reader.rest();
        }
        assertThat(names(all)).endsWith("thread.run.completed", "done");
        gate.open();
        a.signal("CONT");
        try (EventReader reader = a.attach(run + "?stream=true")) {
            assertThat(reader.rest()).isEqualTo(all);
        }
        assertThat(b.get(run + "/steps").ok().path("data")).hasSize(2);
    }
}
