package dev.runnel.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.responses.ResponseIds;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseRequest;
import dev.runnel.protocol.responses.ResponseStatus;
import dev.runnel.testkit.Gate;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code runnel respond}, and {@code runnel attach} with a response. */
class RespondTest extends ServedTest {
    private static final ResponseRequest REQUEST = ResponseRequest.builder("scripted-model", "Hi").background(true)
            .build();

    private ResponseObject done(Script script) {
        served.models.enqueue(script);
        return served.client.responses().await(served.client.responses().background(REQUEST).id());
    }

    private static List<JsonNode> lines(Command.Result result) {
        return result.out().lines().map(line -> Json.readTree(line.getBytes(UTF_8))).toList();
    }

    @Test
    void aReplyIsPrintedAsItComesWithALineAboutIt() {
        served.models.enqueue(Script.chatWithUsage(9, 2, "Hel", "lö"));

        Command.Result result = served.run("respond", "--system", "Be kind.", "--max-tokens", "50", "Hi", "there");

        assertThat(result).isEqualTo(new Command.Result(0, "Hellö\n", result.err()));
        assertThat(result.err()).startsWith("scripted-model · 2 tokens · first token after ").hasLineCount(1);
        JsonNode asked = served.models.requests().getFirst().json();
        assertThat(asked.path("messages").toString()).isEqualTo(
                "[{\"role\":\"system\",\"content\":\"Be kind.\"},{\"role\":\"user\",\"content\":\"Hi there\"}]");
        assertThat(asked.path("max_tokens").asInt()).isEqualTo(50);
    }

    @Test
    void theWholeReplyIsThereWithoutAStreamToo() {
        served.models.answer(request -> Script.chat("Hello"));

        assertThat(served.run("respond", "--no-stream", "Hi").out()).isEqualTo("Hello\n");
        List<JsonNode> events = lines(served.run("respond", "--no-stream", "--json", "Hi"));
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().path("seq").isNull()).isTrue();
        assertThat(events.getFirst().at("/data/response/output/0/content/0/text").asText()).isEqualTo("Hello");
    }

    @Test
    void filesAreSearchedAndCitedWithFootnotes() throws IOException {
        Files.writeString(folder.resolve("tides.md"), "The moon makes the tides. Ships wait for high water.");
        String expected = "The files say: “The moon makes the tides.” [1]\n\n[1] tides.md\n";

        assertThat(Command.run(folder, "respond", "--files", "tides.md", "What makes the tides?").out())
                .isEqualTo(expected);
        assertThat(Command.run(folder, "respond", "--no-stream", "--files", "tides.md", "What makes the tides?").out())
                .isEqualTo(expected);
        assertThat(served.run("respond", "--files", "*.pdf", "Why?").err()).contains("there is no file '*.pdf'");
    }

    @Test
    void anImageGoesWithThePrompt() throws IOException {
        byte[] png = Base64.getDecoder().decode(
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
        Files.write(folder.resolve("a.png"), png);
        served.models.enqueue(Script.chat("A dot."));

        assertThat(served.run("respond", "-f", "a.png", "What is it?").out()).isEqualTo("A dot.\n");

        assertThat(served.models.requests().getFirst().json().path("messages").toString())
                .contains("What is it?", "data:image/png;base64,");
    }

    @Test
    void aThreadIsAConversationToGoOnIn() {
        served.models.answer(request -> Script.chat("Sunny."));
        String thread = served.client.threads().create(ThreadRequest.of(MessageRequest.user("Weather in Oslo?"))).id();

        assertThat(served.run("respond", "--conversation", thread, "And tomorrow?").out()).isEqualTo("Sunny.\n");
        assertThat(served.run("respond", "--conversation", ResponseIds.conversation(thread), "And then?").code())
                .isZero();

        assertThat(served.models.requests().get(1).json().path("messages").toString())
                .contains("Weather in Oslo?", "And tomorrow?", "Sunny.", "And then?");
        assertThat(Command.run(folder, "respond", "--conversation", thread, "Hi").err())
                .startsWith("runnel: a running server keeps conversations: name it with --server URL");
        assertThat(served.run("respond", "--conversation", "conv_none", "Hi").err()).startsWith("runnel: 404: ");
    }

    @Test
    void whatDidNotCompleteIsAFailure() {
        served.models.enqueue(Script.finish("length", "Hel"),
                Script.error(400, "invalid_request_error", "no such thing"));

        Command.Result cut = served.run("respond", "Hi");
        assertThat(cut.code()).isEqualTo(1);
        assertThat(cut.out()).isEqualTo("Hel\n");
        assertThat(cut.err()).endsWith("runnel: the reply was cut off: max_output_tokens\n");
        assertThat(served.run("respond", "Hi").err()).startsWith("runnel: the response failed (")
                .contains("no such thing").hasLineCount(1);
    }

    @Test
    void ctrlCCancelsTheResponseAndEndsTheModelCall() throws IOException, InterruptedException {
        served.models.enqueue(Script.reply("Hel").stall());
        try (Command command = served.start("respond", "Hi")) {
            assertThat(command.out().read()).isEqualTo('H');
            command.interrupt();
            RecordedRequest call = served.models.awaitRequest(0, Command.PATIENCE);
            assertThat(call.awaitDisconnect(Command.PATIENCE)).isTrue();
            Command.Result result = command.end("");

            assertThat(result.code()).isEqualTo(130);
            assertThat(result.err()).contains("cancelled").doesNotContain("Exception", "\tat ");
        }
    }

    @Test
    void aFinishedResponseIsReadByItsId() {
        ResponseObject response = done(Script.chat("Hel", "lo"));

        Command.Result result = served.run("attach", response.id());

        assertThat(result).isEqualTo(new Command.Result(0, "Hello\n", result.err()));
        assertThat(result.err()).startsWith(response.id() + " completed · scripted-model · ").hasLineCount(1);
    }

    @Test
    void eventsAsJsonHaveTheirNumbersWithoutAGapFromThePositionOn() {
        ResponseObject response = done(Script.chat("Hel", "lo"));

        List<JsonNode> all = lines(served.run("attach", response.id(), "--json"));

        assertThat(all).extracting(line -> line.path("seq").asInt())
                .containsExactlyElementsOf(IntStream.range(0, all.size()).boxed().toList());
        assertThat(all.getFirst().path("event").asText()).isEqualTo("response.created");
        assertThat(all.getLast().at("/data/response/id").asText()).isEqualTo(response.id());
        assertThat(lines(served.run("attach", response.id() + "/5", "--json")))
                .isEqualTo(all.subList(6, all.size()));
        assertThat(lines(served.run("attach", response.id(), "--after", "5", "--json")))
                .isEqualTo(all.subList(6, all.size()));
    }

    @Test
    void stepsAreShownOnRequest() {
        done(Script.chat("Hello"));
        served.models.enqueue(Script.toolCalls(ToolCall.of("call_1", "weather", "{\"city\":\"Oslo\"}")));
        ResponseObject calling = served.client.responses().create(REQUEST.toBuilder().background(false).tools(List.of(
                JsonValue.parse("""
                        {"type": "function", "name": "weather", "parameters": {"type": "object"}}"""))).build());

        Command.Result result = served.run("attach", "--steps", calling.id());

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("· " + calling.id() + " in_progress\n", "·   weather({\"city\":\"Oslo\"})\n",
                "runnel: the response asks for the output of weather({\"city\":\"Oslo\"}), which only the program");
    }

    @Test
    void lettingGoSaysHowToReadOnAndLeavesTheResponseAlone() throws IOException, InterruptedException {
        Gate gate = new Gate();
        served.models.enqueue(Script.reply("Hel").gate(gate).text("lo").end("stop"));
        ResponseObject response = served.client.responses().background(REQUEST);
        String again;
        try (Command command = served.start("attach", response.id(), "--server", served.url())) {
            assertThat(command.out().read()).isEqualTo('H');
            command.interrupt();
            Command.Result let = command.end("");
            assertThat(let.code()).isEqualTo(130);
            Matcher told = Pattern.compile("To read on: runnel attach (resp_\\S+/\\d+) --server " + served.url())
                    .matcher(let.err());
            assertThat(told.find()).as(let.err()).isTrue();
            again = told.group(1);
        }
        assertThat(served.client.responses().get(response.id()).status()).isEqualTo(ResponseStatus.IN_PROGRESS);
        gate.open();

        assertThat(served.run("attach", again).out()).isEqualTo("lo\n");
    }

    @Test
    void whatIsNoResponseIsSaid() {
        assertThat(served.run("attach", "resp_none").err()).startsWith("runnel: 404: ").contains("resp_none");
        for (String[] wrong : List.of(
                new String[] {"attach", "resp_a/b"}, new String[] {"attach", "resp_a/1", "--after", "2"},
                new String[] {"attach", "resp_a", "--after", "-1"},
                new String[] {"attach", "resp_a", "--thread", "thread_a"})) {
            Command.Result result = served.run(wrong);
            assertThat(result.code()).as(result.err()).isEqualTo(2);
            assertThat(result.err()).startsWith("runnel: ").hasLineCount(2);
        }
    }
}
