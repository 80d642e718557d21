package dev.runnel.cli;

import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.testkit.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code runnel stores}, {@code nodes}, {@code usage}, and what {@code run} leaves on a running server. */
class ServedObjectsTest extends ServedTest {
    @Test
    void storesAreMadeOfFilesSearchedAndRemoved() throws IOException {
        Path notes = Files.writeString(folder.resolve("notes.txt"), "The warranty lasts three years.");
        String store = served.run("stores", "create", "handbook", notes.toString()).out().strip();
        assertThat(store).startsWith("vs_");

        assertThat(served.run("stores").out()).contains(store, "completed", "handbook");
        assertThat(served.run("stores", "show", "handbook").out()).contains("completed  notes.txt");
        assertThat(served.run("search", "handbook", "how long is the warranty").out())
                .startsWith("notes.txt  0.").contains("The warranty lasts three years.");
        assertThat(served.run("stores", "rm", store).err()).isEqualTo("Removed " + store + ".\n");
        assertThat(served.run("search", "handbook", "warranty").code()).isEqualTo(1);
        assertThat(served.run("files", "--json").out()).contains("notes.txt").hasLineCount(1);
    }

    @Test
    void nodesTellsWhoHasWhichRuns() {
        assertThat(served.run("nodes").out()).startsWith("NODE ").contains("no run").hasLineCount(2);
        served.models.answer(request -> Script.reply("Hi").stall());
        String thread = served.client.threads().create(ThreadRequest.of(MessageRequest.user("Hi"))).id();
        String run = served.client.runs()
                .create(thread, RunRequest.builder(served.assistant()).build()).id();
        assertThat(served.run("nodes").out()).contains(run, thread).hasLineCount(2);
        assertThat(served.run("nodes", "--json").out()).contains("\"self\":true", "\"runs\":1", run)
                .hasLineCount(1);
        Command.Result elsewhere = served.run("nodes", "--server", served.models.baseUri().toString());
        assertThat(elsewhere.code()).isEqualTo(1);
        assertThat(elsewhere.err()).contains("answers with").hasLineCount(1);
    }

    @Test
    void usageTellsWhatWasUsed() {
        assertThat(served.run("usage").out()).startsWith("DAY ").contains("\ntotal ").hasLineCount(2);
        served.models.answer(request -> Script.chatWithUsage(11, 3, "Hi"));
        EndedRun.of(served.client, "m");
        assertThat(served.run("usage").out().lines().toList().get(1))
                .matches("\\d{4}-\\d\\d-\\d\\d  default  m +m +1 +0 +0 +11 +3");
        assertThat(served.run("usage", "--json").out()).contains("\"total_tokens\":14").hasLineCount(1);
        assertThat(served.run("usage", "--json", "--until", "2020-01-01").out()).isEmpty();
        Command.Result wrong = served.run("usage", "--days", "0");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("0 is not a number of days");
    }

    @Test
    void aRunningServerKeepsTheThreadAndNoAssistantAlsoWhenTheRunFails() throws IOException, InterruptedException {
        served.models.enqueue(Script.chat("Hello"), Script.error(400, "invalid_request_error", "no such thing"),
                Script.error(400, "invalid_request_error", "no such thing"), Script.reply("Hel").stall());

        assertThat(served.run("run", "Hi").code()).isZero();
        assertThat(served.run("run", "Hi").err()).contains("no such thing");
        assertThat(served.run("run", "--no-stream", "Hi").err()).contains("no such thing");
        try (Command stopped = served.start("run", "Hi")) {
            assertThat(stopped.out().read()).isEqualTo('H');
            stopped.interrupt();
            assertThat(stopped.end("").code()).isEqualTo(130);
        }

        assertThat(served.assistantNames()).isEmpty();
        assertThat(served.run("threads", "--json").out()).hasLineCount(4);
    }
}
