package dev.runnel.cli;

import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.json.Json;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** {@code runnel attach}, {@code threads}, {@code runs} and {@code assistants}: what a server has, seen from outside. */
class AttachTest extends ServedTest {
    private Run begin(Script script) {
        served.models.enqueue(script);
        return served.client.runs().createWithThread(RunRequest.builder(served.assistant())
                .thread(ThreadRequest.of(MessageRequest.user("Hi\nthere")))
                .build());
    }

    private Run done(Script script) {
        Run run = begin(script);
        return served.client.runs().await(run.threadId(), run.id());
    }

    @Test
    void aFinishedRunIsReadByItsIdAlone() {
        done(Script.chat("Another"));
        Run run = done(Script.chat("Hel", "lo"));
        done(Script.chat("Another"));

        Command.Result result = served.run("attach", run.id());

        assertThat(result).isEqualTo(new Command.Result(0, "Hello\n", result.err()));
        assertThat(result.err()).startsWith(run.id() + " completed · scripted-model · ").hasLineCount(1);
    }

    @Test
    void eventsAsJsonHaveTheirNumbersWithoutAGapFromThePositionOn() {
        Run run = done(Script.chat("Hel", "lo"));

        List<String> all = served.run("attach", run.id(), "--json").out().lines().toList();
        List<String> rest = served.run("attach", run.threadId() + "/" + run.id() + "/5", "--json").out().lines()
                .toList();

        assertThat(all).extracting(line -> Json.readTree(line.getBytes(UTF_8)).path("seq").asInt())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, all.size()).boxed().toList());
        assertThat(all.getFirst()).startsWith("{\"seq\":1,\"event\":\"thread.created\",\"data\":{\"id\":\"thread_");
        assertThat(all.getLast()).contains("\"event\":\"thread.run.completed\"");
        assertThat(rest).isEqualTo(all.subList(5, all.size()));
        assertThat(served.run("attach", run.id(), "--thread", run.threadId(), "--after", "5", "--json").out().lines())
                .containsExactlyElementsOf(rest);
    }

    @Test
    void lettingGoSaysHowToReadOnAndLeavesTheRunAlone() throws IOException, InterruptedException {
        Gate gate = new Gate();
        Run run = begin(Script.reply("Hel").gate(gate).text("lo").end("stop"));
        String again;
        try (Command command = served.start("attach", run.id(), "--server", served.url())) {
            assertThat(command.out().read()).isEqualTo('H');
            command.interrupt();
            Command.Result let = command.end("");
            assertThat(let.code()).isEqualTo(130);
            Matcher told = Pattern.compile("To read on: runnel attach (\\S+) --server " + served.url())
                    .matcher(let.err());
            assertThat(told.find()).as(let.err()).isTrue();
            again = told.group(1);
        }
        assertThat(served.client.runs().get(run.threadId(), run.id()).status()).isEqualTo(RunStatus.IN_PROGRESS);
        gate.open();

        assertThat(served.run("attach", again).out()).isEqualTo("lo\n");
    }

    @Test
    void aRunThatFailedSaysSo() {
        Run run = done(Script.error(400, "invalid_request_error", "no such thing"));

        Command.Result result = served.run("attach", run.id());

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).startsWith("runnel: the run failed").contains("no such thing").hasLineCount(1);
    }

    @Test
    void whatIsNoRunIsSaid() {
        assertThat(served.run("attach", "run_none").err())
                .isEqualTo("runnel: there is no run 'run_none' in the latest 1000 threads\n");
        for (String[] wrong : List.of(
                new String[] {"attach", "a/b"}, new String[] {"attach", "a/b/1", "--after", "2"},
                new String[] {"attach", "run_a", "--after", "-1"}, new String[] {"attach"},
                new String[] {"runs", "--limit", "0"})) {
            Command.Result result = served.run(wrong);
            assertThat(result.code()).as(result.err()).isEqualTo(2);
            assertThat(result.err()).startsWith("runnel: ").hasLineCount(2);
        }
    }

    @Test
    void listsAreTablesForPeopleAndLinesOfJsonForPrograms() {
        Run first = done(Script.chat("Hello"));
        Run second = done(Script.chat("Hello"));

        List<String> threads = served.run("threads").out().lines().toList();
        assertThat(threads).hasSize(3);
        assertThat(threads.get(1)).startsWith(second.threadId()).endsWith("  Hi there");
        assertThat(threads.get(0).indexOf("BEGINS")).isEqualTo(threads.get(1).indexOf("Hi there"));

        assertThat(served.run("threads", "--limit", "1").out().lines()).hasSize(2);
        List<String> runs = served.run("runs").out().lines().toList();
        assertThat(runs).hasSize(3);
        assertThat(runs.get(1) + runs.get(2)).contains(first.id(), second.id(), "completed", "scripted-model");
        String json = served.run("runs", "--thread", first.threadId(), "--json").out();
        assertThat(json).hasLineCount(1);
        assertThat(Json.read(json.getBytes(UTF_8), Run.class)).isEqualTo(first);
        assertThat(served.run("assistants").out().lines().toList().get(1)).contains("asst_", "scripted-model", "Ann");
    }

    @Test
    void objectsAreShownAndRemovedByTheBeginningOfTheirIds() {
        Run run = done(Script.chat("Hello"));
        String thread = run.threadId().substring(0, 15);

        assertThat(served.run("threads", "show", thread).out()).isEqualTo("> Hi\n  there\nHello\n\n");
        assertThat(served.run("runs", "show", run.id().substring(0, 12) + "…").out())
                .contains("id            " + run.id(), "status        completed", "thread        " + run.threadId());
        assertThat(served.run("runs", "show", run.id(), "--thread", thread, "--json").out())
                .contains("\"id\":\"" + run.id());
        assertThat(served.run("attach", run.id().substring(0, 12)).out()).isEqualTo("Hello\n");
        assertThat(served.run("runs", "cancel", run.id()).err()).startsWith("runnel: 400: ");

        done(Script.chat("Hello"));
        assertThat(served.run("threads", "rm", "thread_").err())
                .isEqualTo("runnel: more than one thread begins with 'thread_'; type more of its id\n");
        assertThat(served.run("threads", "rm", thread).err()).isEqualTo("Removed " + run.threadId() + ".\n");
        assertThat(served.run("threads", "rm", thread).err())
                .contains("there is no thread '" + thread + "' among the latest 1000");
    }

    @Test
    void anAssistantIsMadeShownAndRemoved() {
        Command.Result made = served.run("assistants", "create", "--name", "Poet\u001b[1m", "-s", "Answer in verse.");
        assertThat(made.code()).as(made.err()).isZero();
        assertThat(made.out()).matches("asst_\\w+\n");
        String id = made.out().strip();
        String beginning = id.substring(0, 12);
        assertThat(served.run("assistants").out()).contains("Poet␛[1m");
        assertThat(served.run("assistants", "show", beginning).out())
                .contains("name          Poet␛[1m", "model         scripted-model", "instructions  Answer in verse.");
        assertThat(served.run("assistants", "rm", beginning).err()).isEqualTo("Removed " + id + ".\n");
        assertThat(served.run("assistants", "show", id).code()).isEqualTo(1);
    }

    @Test
    void coloursAreForTerminalsAndForThoseWhoWantThem() throws IOException {
        done(Script.chat("Hello"));
        assertThat(served.run("threads").out()).doesNotContain("\u001b");
        for (String noColor : List.of("", "1")) {
            Command terminal = Command.onTerminal(
                    folder, Map.of("RUNNEL_SERVER", served.url(), "NO_COLOR", noColor, "TERM", "xterm"), "threads");
            assumeTrue(terminal != null, "there is no terminal to be had");
            try (Command command = requireNonNull(terminal)) {
                assertThat(command.readTo("Hi there").contains("\u001b[1m")).isEqualTo(noColor.isEmpty());
            }
        }
    }

    @Test
    void emptyListsSaySo() {
        Command.Result result = served.run("threads");

        assertThat(result).isEqualTo(new Command.Result(0, "", "There are no threads.\n"));
        assertThat(served.run("threads", "--json")).isEqualTo(new Command.Result(0, "", ""));
    }
}
