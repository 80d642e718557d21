package dev.runnel.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.json.Json;
import dev.runnel.testkit.RecordedRequest;
import dev.runnel.testkit.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code runnel run} and {@code runnel complete}. */
class RunCommandTest extends ScriptedTest {
    @Test
    void runTellsAStoryOnStandardOutputAndAllElseOnStandardError() {
        Command.Result result = run("run", "Tell me a joke.");

        assertThat(result.code()).isZero();
        assertThat(result.out()).hasSizeGreaterThan(40).endsWith("\n")
                .doesNotContain("token", "demo", "\u001b", "INFO");
        List<String> lines = result.err().lines().toList();
        assertThat(lines.getFirst()).startsWith("No model server is named, so the built-in demo model answers.");
        assertThat(lines.getLast()).matches("demo · \\d+ tokens · first token after [\\d.]+ m?s · [\\d.]+ tokens/s");
        assertThat(lines).hasSize(2);
    }

    @Test
    void runAsksTheModelServerThatIsNamed() throws InterruptedException {
        models.enqueue(Script.chatWithUsage(9, 2, "Hel", "lö"));
        Command.Result result = run("run", "--model-url", url(), "--system", "Be kind.", "Hi", "there");

        assertThat(result).isEqualTo(new Command.Result(0, "Hellö\n", result.err()));
        assertThat(result.err()).startsWith("scripted-model · 2 tokens · first token after ").hasLineCount(1);
        assertThat(models.awaitRequest(0, Command.PATIENCE).json().path("messages").toString()).isEqualTo(
                "[{\"role\":\"system\",\"content\":\"Be kind.\"},{\"role\":\"user\",\"content\":\"Hi there\"}]");
    }

    @Test
    void runAnswersFromFilesWithFootnotes() throws IOException {
        Path docs = Files.createDirectory(folder.resolve("docs"));
        Files.writeString(docs.resolve("tides.md"), "The moon makes the tides. Ships wait for high water.");
        Files.writeString(docs.resolve("table.csv"), "a,b");
        Files.writeString(docs.resolve(".hidden.md"), "Nobody makes the tides.");

        Command.Result result = run("run", "--files", "../" + folder.getFileName() + "/docs/*",
                "What makes the tides?");

        assertThat(result.out()).isEqualTo("The files say: “The moon makes the tides.” [1]\n\n[1] tides.md\n");
        assertThat(result.err()).contains("table.csv cannot be searched: ");
        assertThat(run("run", "--files", "docs/*.pdf", "Why?").err()).contains("there is no file 'docs/*.pdf'");
    }

    @Test
    void withoutAStreamTheReplyIsTheSame() {
        models.enqueue(Script.chat("Hel", "lo"), Script.chat("Hel", "lo"));

        assertThat(run("run", "--no-stream", "--model-url", url(), "Hi").out()).isEqualTo("Hello\n");
        assertThat(run("complete", "--no-stream", "--model-url", url(), "Hi").out()).isEqualTo("Hello\n");
    }

    @Test
    void completeStreamsAChatCompletion() throws InterruptedException {
        models.enqueue(Script.chat("Hel", "lo"));
        Command.Result result = run("complete", "--model-url", url(), "--model", "other", "Hi");

        assertThat(result.code()).isZero();
        assertThat(result.out()).isEqualTo("Hello\n");
        assertThat(models.awaitRequest(0, Command.PATIENCE).json().path("model").asText()).isEqualTo("other");
    }

    @Test
    void eventsAndChunksAreLinesOfJsonForPrograms() {
        models.answer(request -> Script.chat("Hel", "lo"));

        List<JsonNode> events = json(run("run", "--json", "--model-url", url(), "Hi"));
        assertThat(events).extracting(event -> event.path("seq").asInt())
                .isEqualTo(IntStream.rangeClosed(1, events.size()).boxed().toList());
        assertThat(events).extracting(event -> event.path("event").asText())
                .startsWith("thread.created", "thread.run.created").endsWith("thread.run.completed")
                .contains("thread.message.delta");
        List<JsonNode> whole = json(run("run", "--json", "--no-stream", "--model-url", url(), "Hi"));
        assertThat(whole).extracting(event -> event.path("event").asText())
                .containsExactly("thread.message.completed", "thread.run.completed");

        assertThat(json(run("complete", "--json", "--model-url", url(), "Hi")))
                .extracting(chunk -> chunk.at("/choices/0/delta/content").asText()).contains("Hel", "lo");
        assertThat(json(run("complete", "--json", "--no-stream", "--model-url", url(), "Hi"))).singleElement()
                .extracting(completion -> completion.at("/choices/0/message/content").asText()).isEqualTo("Hello");
    }

    private static List<JsonNode> json(Command.Result result) {
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.err()).isEmpty();
        return result.out().lines().map(line -> Json.readTree(line.getBytes(UTF_8))).toList();
    }

    @Test
    void anErrorAmongTheChunksFails() {
        models.enqueue(Script.midStreamError("server_error", "Broken", "Hel"));

        Command.Result result = run("complete", "--json", "--model-url", url(), "--model", "m", "Hi");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).contains("\"Hel\"");
        assertThat(result.err()).startsWith("runnel: ").contains("Broken").hasLineCount(1);
    }

    @Test
    void thePromptComesFromStandardInputIfThereIsNone() throws InterruptedException {
        try (Command piped = Command.start(folder, Map.of("RUNNEL_MODEL_URL", url()), "run");
                Command dashed = Command.start(folder, Map.of("RUNNEL_MODEL_URL", url()), "complete", "-")) {
            assertThat(piped.end("Hi from a pipe\n").code()).isZero();
            assertThat(dashed.end("Hi from a pipe\n").code()).isZero();
        }
        for (int i = 0; i < 2; i++) {
            assertThat(models.awaitRequest(i, Command.PATIENCE).json().at("/messages/0/content").asText())
                    .isEqualTo("Hi from a pipe");
        }
    }

    @Test
    void aModelServerThatIsDownIsOneClearLine() {
        models.close();
        for (String command : List.of("run", "complete")) {
            Command.Result result = run(command, "--model-url", url(), "--model", "m", "Hi");

            assertThat(result.code()).isEqualTo(1);
            assertThat(result.out()).isBlank();
            assertThat(result.err()).startsWith("runnel: ").contains(url()).hasLineCount(1)
                    .doesNotContain("Exception", "\tat ");
        }
    }

    @Test
    void aReplyThatBreaksOffKeepsWhatCameAndFails() {
        models.enqueue(Script.reply("Hel").close());
        Command.Result result = run("run", "--model-url", url(), "Hi");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).isEqualTo("Hel\n");
        assertThat(result.err()).startsWith("runnel: the run failed (server_error): ").hasLineCount(1);
    }

    @Test
    void aReplyThatIsCutOffFailsToo() {
        models.answer(request -> Script.finish("length", "Hel"));

        assertThat(run("run", "--model-url", url(), "Hi").code()).isEqualTo(1);
        assertThat(run("complete", "--model-url", url(), "Hi").err()).contains("runnel: the reply was cut off: length");
    }

    @Test
    void ofSeveralModelsASmallOneForConversationsAnswersAndIsNamed() throws InterruptedException {
        models.models("bge-embed", "qwen3:32b", "llama3:8b");
        models.answer(request -> Script.chat("Hello"));
        Command.Result result = run("run", "--model-url", url(), "Hi");

        assertThat(result).isEqualTo(new Command.Result(0, "Hello\n", result.err()));
        assertThat(result.err())
                .startsWith("The server lists 3 models; llama3:8b answers. --model NAME chooses another");
        assertThat(models.awaitRequest(0, Command.PATIENCE).json().path("model").asText()).isEqualTo("llama3:8b");
    }

    @Test
    void theFirstCommandWorksWhateverTheShellHasForOtherPrograms() throws InterruptedException {
        models.models("whisper-1", "gpt-4o", "gpt-4o-mini");
        models.answer(request -> Script.chat("Hello"));
        for (Map<String, String> shell : List.of(
                Map.of("OPENAI_API_KEY", "sk-x", "OPENAI_BASE_URL", url()), Map.of("OPENAI_BASE_URL", url()))) {
            try (Command command = Command.start(folder, shell, "run", "Hi")) {
                Command.Result result = command.end("");
                assertThat(result).isEqualTo(new Command.Result(0, "Hello\n", result.err()));
                assertThat(result.err()).startsWith("The server lists 3 models; gpt-4o-mini answers.");
            }
        }
        models.close();
        try (Command command = Command.start(folder, Map.of("OPENAI_BASE_URL", url()), "run", "Hi")) {
            Command.Result result = command.end("");
            assertThat(result.code()).isZero();
            assertThat(result.out()).isNotBlank();
            assertThat(result.err()).startsWith("The model server at " + url() + " cannot be asked (")
                    .contains("so the built-in demo model answers", "--model");
        }
        try (Command command = Command.start(folder, Map.of("OPENAI_BASE_URL", url()), "run", "-m", "x", "Hi")) {
            assertThat(command.end("").code()).isEqualTo(1);
        }
    }

    @Test
    void optionsOfTheModelReachIt() throws InterruptedException, IOException {
        models.answer(request -> Script.chat("Hello"));
        Files.writeString(folder.resolve("notes.txt"), "Buy ```milk```");
        byte[] png = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 26, '\n', 1, 2, 3};
        Files.write(folder.resolve("cat.png"), png);
        for (String command : List.of("run", "complete")) {
            Command.Result result = run(command, "--model-url", url(), "-m", "scripted-model", "-s", "Be kind.",
                    "--temperature", "0.5", "--max-tokens", "64", "-f", "notes.txt", "--file", "cat.png", "Look");
            assertThat(result).isEqualTo(new Command.Result(0, "Hello\n", result.err()));
        }
        for (int i = 0; i < 2; i++) {
            JsonNode seen = models.awaitRequest(i, Command.PATIENCE).json();
            assertThat(seen.path("temperature").asDouble()).isEqualTo(0.5);
            assertThat(seen.path("max_tokens").asInt()).isEqualTo(64);
            assertThat(seen.at("/messages/0/content").asText()).isEqualTo("Be kind.");
            assertThat(seen.at("/messages/1/content/0/text").asText())
                    .isEqualTo("Look\n\nThe file notes.txt:\n````\nBuy ```milk```\n````");
            assertThat(seen.at("/messages/1/content/1/image_url/url").asText())
                    .isEqualTo("data:image/png;base64," + Base64.getEncoder().encodeToString(png));
        }
        Files.write(folder.resolve("blob"), new byte[] {1, 0, 2});
        for (Map.Entry<String, String> wrong : Map.of("none.txt", "there is no file none.txt", ".", "is a folder",
                "blob", "is neither text in UTF-8 nor an image").entrySet()) {
            assertThat(run("run", "--file", wrong.getKey(), "Hi").err()).startsWith("runnel: ")
                    .contains(wrong.getValue()).hasLineCount(1);
        }
    }

    @Test
    void aRateThatNobodyCouldMeasureIsNotTold() {
        String text = "word ".repeat(40);
        models.answer(request -> Script.sse().pause(Duration.ofMillis(400)).text(text, text, text).end("stop").done());
        assertThat(run("complete", "--model-url", url(), "Hi").err())
                .matches("scripted-model · \\d+ tokens · [\\d.]+ m?s, all at once\n");
        models.answer(request -> Script.chat(text));
        assertThat(run("complete", "--model-url", url(), "Hi").err())
                .contains("in one piece: the server does not stream");
    }

    @Test
    void interruptingARunCancelsItAndEndsTheModelCall() throws IOException, InterruptedException {
        models.enqueue(Script.reply("Hel").stall());
        try (Command command = Command.start(folder, Map.of(), "run", "--model-url", url(), "Hi")) {
            assertThat(command.out().read()).isEqualTo('H');
            command.interrupt();
            RecordedRequest call = models.awaitRequest(0, Command.PATIENCE);
            assertThat(call.awaitDisconnect(Command.PATIENCE)).isTrue();
            Command.Result result = command.end("");

            assertThat(result.code()).isEqualTo(130);
            assertThat(result.err()).contains("cancelled").doesNotContain("Exception", "\tat ");
        }
    }
}
