package dev.runnel.cli;

import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.testkit.Script;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** All commands: help, mistakes, the end of a server, and the output's reader. */
class CommandTest extends ScriptedTest {
    @Test
    void whatIsUsedWronglyIsSaidInTwoLinesWithCodeTwo() {
        for (List<String> wrong : List.of(
                List.of("run", "--nonsense"), List.of("nonsense"), List.of("serve", "--port", "many"),
                List.of("run", " "))) {
            Command.Result result = run(wrong.toArray(String[]::new));
            assertThat(result.code()).as(wrong.toString()).isEqualTo(2);
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).startsWith("runnel: ").contains("--help'").hasLineCount(2);
        }
    }

    @Test
    void aWordThatIsNotKnownIsComparedWithThoseThatAre() {
        assertThat(run("chta").err())
                .isEqualTo("runnel: there is no command chta; did you mean chat?\nTry 'runnel --help'.\n");
        assertThat(run("run", "--modle", "x", "Hi").err())
                .startsWith("runnel: there is no option --modle; did you mean --model?");
        assertThat(run("threads", "shwo").err()).startsWith("runnel: there is no command shwo; did you mean show?");
        assertThat(run("help", "dokter").err()).contains("did you mean doctor?");
        assertThat(run("completely").err()).contains("did you mean");
    }

    @Test
    void theModelsThatCanBeNamedAreListed() {
        models.models("qwen3:32b", "llama3:8b");
        Command.Result result = run("models", "--model-url", url());
        assertThat(result.out()).isEqualTo("qwen3:32b\nllama3:8b\n");
        assertThat(result.err()).isEqualTo("llama3:8b answers if you name no model.\n");
        assertThat(run("models").out()).isEqualTo("demo\n");
    }

    @Test
    void helpAndVersionAreForReading() {
        assertThat(run("--help").out()).contains("run", "chat", "complete", "serve", "attach", "doctor");
        assertThat(run("help", "threads", "show").out()).startsWith("Usage: runnel threads show [OPTION]... ID\n");
        assertThat(run("--version").out()).matches(
                "runnel \\S+, commit ([0-9a-f]{12}(-dirty)?|unknown)\nJava \\S+, .+\nOpenAI's API document [0-9.]+; .+\n");
    }

    @Test
    void serveTellsWhereItListensAndOthersAskIt() throws IOException, InterruptedException {
        Path database = folder.resolve("kept.db");
        try (Command server = Command.start(folder, Map.of(), "serve", "--port", "0", "--model-url", url(),
                "--database", "sqlite:" + database)) {
            String screen = server.awaitError("Ctrl-C stops it");
            Matcher listens = Pattern.compile("listens at (http://127\\.0\\.0\\.1:\\d+)/v1").matcher(screen);
            assertThat(listens.find()).isTrue();
            assertThat(screen).contains(": scripted-model", database.toString(), "base_url", "api_key")
                    .doesNotContain("INFO", "Careful");

            models.enqueue(Script.chat("Hello"), Script.chat("again"));
            assertThat(run("run", "--server", listens.group(1), "Hi").out()).isEqualTo("Hello\n");
            assertThat(run("complete", "--server", listens.group(1) + "/v1", "Hi").out()).isEqualTo("again\n");
            try (RunnelClient client = RunnelClient.builder().baseUrl(listens.group(1) + "/v1").apiKey("x").build()) {
                assertThat(client.assistants().create(AssistantRequest.builder("m").build()).model()).isEqualTo("m");
            }
            server.interrupt();
            assertThat(server.end("").code()).isZero();
        }
        assertThat(database).exists();
    }

    @Test
    void aPortThatIsTakenIsOneClearLine() {
        int taken = models.baseUri().getPort();
        Command.Result result = run("serve", "--port", Integer.toString(taken), "--database", "sqlite:x.db");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).isEqualTo(
                "runnel: cannot listen at 127.0.0.1:" + taken + ": Address already in use\n");
    }

    @Test
    void aServerThatIsDownIsOneClearLine() {
        models.close();
        Command.Result result = run("run", "--server", "http://127.0.0.1:" + models.baseUri().getPort(), "Hi");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).startsWith("runnel: no response from http://127.0.0.1:").hasLineCount(1);
    }

    @Test
    void whoeverStopsReadingTheOutputIsNotAnError() throws IOException {
        models.answer(request -> Script.reply("a\n").text("b".repeat(200_000), "c".repeat(200_000)).end("stop"));
        try (Command command = Command.start(folder, Map.of(), "run", "--model-url", url(), "Hi")) {
            try (BufferedReader out = command.out()) {
                assertThat(out.readLine()).isEqualTo("a");
            }
            assertThat(command.end("").err()).doesNotContain("Exception", "\tat ");
        } catch (UncheckedIOException closed) {
            assertThat(closed).hasMessageContaining("closed");
        }
    }
}
