package dev.runnel.server;

import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** When a client that polls is told to ask again. */
@Timeout(30)
class PollHintTest {
    private static final String HEADER = "openai-poll-after-ms";

    @TempDir
    Path folder;

    private final AtomicLong now = new AtomicLong(1_800_000_000_000L);

    private static long hint(Answer answer) {
        return Long.parseLong(answer.headers().firstValue(HEADER).orElse("0"));
    }

    @Test
    void theWaitGrowsWithTheRunAndIsNotToldOfOneThatWillNotChange() {
        try (TestServer server = TestServer.start(folder,
                options -> options.clock(() -> Instant.ofEpochMilli(now.get())))) {
            server.models().enqueue(Script.reply("Hel").stall());
            String runs = "/threads/" + server.newThread() + "/runs";
            Answer created = server.post(runs, "{\"assistant_id\": \"" + server.newAssistant() + "\"}");
            String run = runs + "/" + created.id();

            assertThat(hint(created)).isEqualTo(100);
            while (!server.get(run).ok().path("status").asText().equals("in_progress")) {
                Thread.onSpinWait(); // the age counts from its start
            }
            now.addAndGet(1_999);
            assertThat(hint(server.get(run))).isEqualTo(249);
            now.addAndGet(10_000);
            assertThat(hint(server.get(run))).isBetween(500L, 1_499L);
            now.addAndGet(90_000);
            assertThat(hint(server.get(run))).isEqualTo(5_000);
            assertThat(hint(server.post(run + "/cancel", "{}"))).isEqualTo(5_000);
            server.models().close();
            assertThat(server.get(runs).column("status")).containsAnyOf("cancelled", "cancelling");
        }
    }

    @Test
    void afterToolOutputsItIsShortAgain() {
        try (TestServer server = TestServer.start(folder,
                options -> options.clock(() -> Instant.ofEpochMilli(now.get())))) {
            server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{}")),
                    Script.reply("It").stall());
            String thread = server.newThread();
            String run;
            try (EventReader reader = server.run(server.newWeatherAssistant(), thread)) {
                run = TestServer.runPath(reader.rest());
            }
            now.addAndGet(300_000);

            assertThat(server.get(run).headers().firstValue(HEADER)).isEmpty();
            Answer submitted = server.post(run + "/submit_tool_outputs",
                    "{\"tool_outputs\": [{\"tool_call_id\": \"call_1\", \"output\": \"\"}]}");
            assertThat(hint(submitted)).isEqualTo(500);
            assertThat(hint(server.get(run))).isBetween(100L, 500L);
        }
    }
}
