package dev.runnel.server;

import dev.runnel.testkit.Gate;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** The programs in {@code examples/}, compiled as Java 17 and run as their READMEs say, each in a process of its own. */
@Timeout(180)
class ExamplesTest {
    private static final Path EXAMPLES = Path.of("..", "examples");

    @TempDir
    Path folder;

    private final List<Process> processes = new ArrayList<>();
    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        processes.forEach(Process::destroyForcibly);
        server.close();
    }

    private Process run(String example, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--source", "17",
                "-cp", System.getProperty("java.class.path"), EXAMPLES.resolve(example).toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("OPENAI_BASE_URL", server.baseUrl());
        builder.environment().remove("OPENAI_API_KEY");
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private static String rest(InputStream out) throws IOException {
        return new String(out.readAllBytes(), UTF_8);
    }

    /** The output up to the end of this text. */
    private static String upTo(String text, InputStream out) throws IOException {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(text) < 0) {
            int next = out.read();
            assertThat(next).as("ended after: " + seen).isNotNegative();
            seen.append((char) next);
        }
        return seen.toString();
    }

    @Test
    void theModelCallsTheFunction() throws IOException {
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "get_weather", "{\"city\":\"Oslo\"}")),
                Script.chat("It is ", "sunny."));
        assertThat(rest(run("tools/WeatherTool.java").getInputStream()))
                .isEqualTo("[asked for the weather in Oslo]\nIt is sunny.\n");
        assertThat(server.models().requests().get(1).json().path("messages").toString()).contains("sunny", "celsius");
    }

    @Test
    void eachQuestionGoesOnWithTheConversation() throws IOException, InterruptedException {
        server.models().enqueue(Script.chat("Once ", "upon a time."), Script.chat("Twice."),
                Script.midStreamError("server_error", "out of memory", "Thr"));
        String file = folder.resolve("last").toString();
        assertThat(rest(run("responses/Ask.java", file, "Tell me a story.").getInputStream()))
                .isEqualTo("Once upon a time.\n");
        assertThat(rest(run("responses/Ask.java", file, "Another.").getInputStream())).isEqualTo("Twice.\n");
        assertThat(server.models().requests().get(1).json().path("messages").findValuesAsText("content"))
                .containsExactly("Be brief.", "Tell me a story.", "Once upon a time.", "Another.");
        assertThat(run("responses/Ask.java", file, "Another.").waitFor()).isEqualTo(1);
    }

    @Test
    void aProgramWhoseRunFailsEndsWithOne() throws IOException, InterruptedException {
        String log = folder.resolve("story.log").toString();
        for (String[] program : new String[][] {{"tools/WeatherTool.java"}, {"resume/Story.java", log}}) {
            server.models().enqueue(Script.midStreamError("server_error", "out of memory", "Once "));
            Process process = run(program[0], Arrays.copyOfRange(program, 1, program.length));
            assertThat(rest(process.getInputStream())).startsWith("Once ");
            assertThat(process.waitFor()).isEqualTo(1);
        }
    }

    @Test
    void theStoryGoesOnWhereItWasKilled() throws IOException, InterruptedException {
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("Once\n", "upon \\n ").gate(gate).text("a ", "time.").end("stop"));
        String log = folder.resolve("story.log").toString();
        Process first = run("resume/Story.java", log);
        upTo("upon \\n ", first.getInputStream());
        first.destroyForcibly().waitFor();
        Files.writeString(Path.of(log), Files.readString(Path.of(log)) + "thread_1/run_1/99 cut o");
        Process second = run("resume/Story.java", log);
        upTo("upon \\n ", second.getInputStream());
        gate.open();
        assertThat(rest(second.getInputStream())).isEqualTo("a time.\n");
        assertThat(rest(run("resume/Story.java", log).getInputStream())).isEqualTo("Once\nupon \\n a time.\n");
        assertThat(server.models().requests()).hasSize(1);
    }

    @Test
    void aBrowserThatWasCutOffIsServedFromThereOnByAnotherRelay() throws IOException, InterruptedException {
        Gate gate = new Gate();
        server.models().enqueue(Script.reply("Once\n", "upon ").gate(gate).text("a ", "time.").end("stop"));
        Process relay = run("relay/Relay.java", "0");
        URI first = URI.create(address(relay));
        List<String> lines = new ArrayList<>();
        try (HttpClient browser = HttpClient.newHttpClient()) {
            assertThat(browser.send(HttpRequest.newBuilder(first).build(), BodyHandlers.ofString()).body())
                    .contains("new EventSource(\"/ask?q=\"");
            HttpRequest ask = HttpRequest.newBuilder(first.resolve("/ask?q=Tell%20me%20a%20story%2B")).build();
            HttpResponse<InputStream> answer = browser.send(ask, BodyHandlers.ofInputStream());
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(answer.body(), UTF_8))) {
                while (!lines.contains("data: upon ")) {
                    lines.add(reader.readLine());
                }
                relay.destroyForcibly().waitFor();
            }
            gate.open();
            assertThat(lines).containsSubsequence("data: Once", "data: ", "", "data: upon ");
            String id = lines.get(lines.size() - 2).replaceFirst("^id: ", "");
            HttpRequest again = HttpRequest
                    .newBuilder(URI.create(address(run("relay/Relay.java", "0"))).resolve("/ask"))
                    .header("Last-Event-ID", id).build();
            String rest = browser.send(again, BodyHandlers.ofString()).body();
            assertThat(rest.lines().filter(line -> line.startsWith("data:") || line.startsWith("event:")))
                    .containsExactly("data: a ", "data: time.", "event: end", "data:");
        }
        assertThat(server.models().requests()).singleElement()
                .satisfies(request -> assertThat(request.json().toString()).contains("Tell me a story+"));
    }

    private static String address(Process relay) throws IOException {
        return upTo("\n", relay.getInputStream()).strip();
    }
}
