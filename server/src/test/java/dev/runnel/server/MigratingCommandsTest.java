package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Runs every command of {@code docs/migrating.md}, in its order, on one thread. Skipped where there is no {@code curl}. */
@Timeout(180)
class MigratingCommandsTest {
    private static final Path PAGE = Path.of("..", "docs", "migrating.md");
    private static final Pattern BLOCK = Pattern.compile("(?s)```sh\n(.*?)```");
    private static final List<String> WAITING = List.of("queued", "in_progress");

    @TempDir
    Path folder;

    /** The ids for those that stand in the page. */
    private final Map<String, String> ids = new HashMap<>();

    private static List<String> commands() throws IOException {
        List<String> commands = new ArrayList<>();
        for (MatchResult block : BLOCK.matcher(Files.readString(PAGE)).results().toList()) {
            for (String command : block.group(1).split("\n(?=curl )", -1)) {
                commands.add(command);
            }
        }
        return commands;
    }

    /** The output of a command. */
    private String run(TestServer server, String command) throws IOException, InterruptedException {
        String real = command;
        for (Map.Entry<String, String> id : ids.entrySet()) {
            real = real.replace(id.getKey(), id.getValue());
        }
        ProcessBuilder shell = new ProcessBuilder("sh", "-c",
                "curl() { command curl -sS --max-time 60 \"$@\"; }\n" + real);
        shell.environment().put("URL", server.baseUrl().replaceFirst("/v1/?$", ""));
        Process process = shell.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(real).isTrue();
        assertThat(process.exitValue()).as("%s: %s", real, printed).isZero();
        return printed;
    }

    /** As {@link #run}, of a command that prints an object. One that asks for a run under way is repeated. */
    private JsonNode json(TestServer server, String command) throws IOException, InterruptedException {
        JsonNode json = Answer.tree(run(server, command));
        boolean polls = command.trim().endsWith("run_abc");
        while (polls && WAITING.contains(json.path("status").asText())) {
            LockSupport.parkNanos(20_000_000);
            json = Answer.tree(run(server, command));
        }
        assertThat(json.has("error") && !json.get("error").isNull()).as("%s: %s", command, json).isFalse();
        switch (json.path("object").asText()) {
            case "thread.run" -> ids.put("run_abc", json.path("id").asText());
            case "response" -> ids.put("resp_abc", json.path("id").asText());
            default -> {
            }
        }
        return json;
    }

    private void prepare(TestServer server) {
        String assistant = server.newWeatherAssistant();
        String thread = server.newThread();
        String file = server.upload(Multipart.file("harbour.txt", "The harbour opens at six.")).id();
        String store = server.post("/vector_stores", "{\"file_ids\": [\"" + file + "\"]}").id();
        while (!server.get("/vector_stores/" + store).ok().path("status").asText().equals("completed")) {
            LockSupport.parkNanos(20_000_000);
        }
        ids.putAll(Map.of(
                "asst_abc", assistant, "thread_abc", thread, "conv_abc", thread.replace("thread_", "conv_"),
                "vs_abc", store));
    }

    @Test
    void everyLineDoesWhatThePageSays() throws Exception {
        Assumptions.assumeTrue(new ProcessBuilder("sh", "-c", "command -v curl").start().waitFor() == 0, "no curl");
        List<String> commands = commands();
        assertThat(commands).hasSize(22);
        try (TestServer server = TestServer.start(folder)) {
            prepare(server);
            readAndAnswer(server, commands.subList(0, 8));
            callFunctions(server, commands.subList(8, 14));
            stream(server, commands.subList(14, 17));
            search(server, commands.subList(17, 21));
            server.models().enqueue(Script.chat("Again."));
            assertThat(text(json(server, commands.get(21)))).isEqualTo("Again.");
        }
    }

    private static String text(JsonNode response) {
        assertThat(response.path("status").asText()).isEqualTo("completed");
        return response.path("output").get(response.path("output").size() - 1).at("/content/0/text").asText();
    }

    private void readAndAnswer(TestServer server, List<String> commands) throws IOException, InterruptedException {
        server.models().enqueue(Script.chat("Rain."), Script.chat("Sun."), Script.chat("Snow."));
        assertThat(json(server, commands.get(0)).at("/data/0/content/0/text/value").asText()).isEqualTo("Hi");
        assertThat(json(server, commands.get(1)).at("/data/0/content/0/text").asText()).isEqualTo("Hi");
        json(server, commands.get(2));
        json(server, commands.get(3));
        assertThat(json(server, commands.get(4)).path("status").asText()).isEqualTo("completed");
        assertThat(json(server, commands.get(5)).at("/data/0/content/0/text/value").asText()).isEqualTo("Rain.");
        assertThat(text(json(server, commands.get(6)))).isEqualTo("Sun.");
        assertThat(text(json(server, commands.get(7)))).isEqualTo("Snow.");
        String thread = "/threads/" + ids.get("thread_abc");
        assertThat(server.get(thread + "/messages?order=asc").ok().findValuesAsText("value")).containsExactly(
                "Hi", "And tomorrow?", "Rain.", "And tomorrow?", "Sun.", "And then?", "Snow.");
        assertThat(server.get(thread + "/runs").ok().path("data")).hasSize(3);
    }

    private void callFunctions(TestServer server, List<String> commands) throws IOException, InterruptedException {
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "weather", "{}")), Script.chat("It rains."),
                Script.toolCalls(ToolCall.of("call_2", "weather", "{}")), Script.chat("It shines."));
        json(server, commands.get(0));
        assertThat(json(server, commands.get(1)).path("status").asText()).isEqualTo("requires_action");
        json(server, commands.get(2));
        assertThat(json(server, commands.get(3)).path("status").asText()).isEqualTo("completed");
        JsonNode called = json(server, commands.get(4));
        assertThat(called.path("status").asText()).isEqualTo("completed");
        assertThat(called.at("/output/0/type").asText()).isEqualTo("function_call");
        assertThat(text(json(server, commands.get(5)))).isEqualTo("It shines.");
    }

    private void stream(TestServer server, List<String> commands) throws IOException, InterruptedException {
        server.models().enqueue(Script.chat("a", "b"), Script.chat("c", "d", "e"));
        assertThat(run(server, commands.get(0))).contains("event: thread.run.completed").contains("event: done");
        String whole = run(server, commands.get(1));
        assertThat(whole).contains("event: response.completed").endsWith("data: [DONE]\n\n");
        Matcher id = Pattern.compile("\"id\":\"(resp_\\w+)\"").matcher(whole);
        assertThat(id.find()).isTrue();
        ids.put("resp_abc", id.group(1));
        String rest = run(server, commands.get(2));
        assertThat(rest).startsWith("id: 5\n").contains("event: response.completed");
        assertThat(whole).endsWith(rest);
    }

    private void search(TestServer server, List<String> commands) throws IOException, InterruptedException {
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_3", "file_search", "{\"query\":\"harbour\"}")),
                Script.chat("At six."),
                Script.toolCalls(ToolCall.of("call_4", "file_search", "{\"query\":\"harbour\"}")), Script.chat("Six."));
        json(server, commands.get(0));
        json(server, commands.get(1));
        assertThat(json(server, commands.get(2)).path("status").asText()).isEqualTo("completed");
        JsonNode found = json(server, commands.get(3));
        assertThat(found.at("/output/0/results/0/text").asText()).isEqualTo("The harbour opens at six.");
        assertThat(text(found)).isEqualTo("Six.");
    }
}
