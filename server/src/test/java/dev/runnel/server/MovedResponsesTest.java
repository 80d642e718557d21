package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.backend.PostgresServer;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.transfer.Exporter;
import dev.runnel.server.engine.transfer.ImportException;
import dev.runnel.server.engine.transfer.Importer;
import dev.runnel.server.tool.ToolResult;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.server.options.ServerOptions.DATABASE;
import static dev.runnel.server.options.ServerOptions.IGNORE_UNSUPPORTED_TOOLS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Exported and imported conversations and responses read as before, from one kind of database to the other and back. */
@Timeout(180)
class MovedResponsesTest {
    private static final String INCLUDE = "include[]=code_interpreter_call.outputs&include[]=file_search_call.results";

    @TempDir
    Path folder;

    private final List<String> conversations = new ArrayList<>();
    private final List<String> responses = new ArrayList<>();

    private String url(boolean postgres, String name) {
        return postgres ? PostgresServer.url(folder.resolve(name)) : "sqlite:" + folder.resolve(name + ".db");
    }

    private TestServer serve(String url) {
        return TestServer.startWithTools(
                folder, options -> options.with(DATABASE, url).with(IGNORE_UNSUPPORTED_TOOLS, true),
                ScriptedTool.python((call, context) -> {
                    context.show(JsonValue.parse("{\"outputs\":[{\"index\":0,\"type\":\"logs\",\"logs\":\"42\"}]}"));
                    return ToolResult.of("It printed 42");
                }));
    }

    private String respond(TestServer server, String rest) {
        String id = server.post("/responses", "{\"model\": \"m\", " + rest + "}").id();
        responses.add(id);
        return id;
    }

    /** Some of everything that a conversation can have. */
    private void fill(TestServer server) {
        String conversation = server.post("/conversations", """
                {"metadata": {"a": "ü"}, "items": [
                 {"role": "developer", "content": "Be brief."},
                 {"role": "user", "content": [{"type": "input_file", "filename": "a.txt", "file_data": "SGVsbG8="}]},
                 {"type": "function_call", "call_id": "c0", "name": "weather", "arguments": "{}"},
                 {"type": "function_call_output", "call_id": "c0", "output": "rain"}]}""").id();
        conversations.add(conversation);
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "python", "6*7")), Script.reasoning(List.of("Hm"), "It is 42."),
                Script.toolCalls(ToolCall.of("call_2", "weather", "{}")), Script.chat("Rain"));
        respond(server, """
                "input": "Compute", "conversation": "%s", "metadata": {"b": "c"}, "max_tool_calls": 5,
                "tools": [{"type": "code_interpreter", "container": {"type": "auto"}}]""".formatted(conversation));
        respond(server, """
                "input": "Weather?", "conversation": "%s", "user": "u",
                "tools": [{"type": "function", "name": "weather", "parameters": {"type": "object"}}]"""
                .formatted(conversation));
        respond(server, """
                "conversation": "%s",
                "input": [{"type": "function_call_output", "call_id": "call_2", "output": "rain"}]"""
                .formatted(conversation));
        server.models().enqueue(Script.chat("one"), Script.chat("two"), Script.chat("gone"));
        String first = respond(server, "\"input\": \"1\", \"reasoning\": {\"effort\": \"low\"}");
        respond(server, "\"input\": \"2\", \"previous_response_id\": \"" + first + "\"");
        String gone = server.post("/responses", """
                {"model": "m", "input": "3", "conversation": "%s"}""".formatted(conversation)).id();
        server.send("DELETE", "/responses/" + gone, "").ok();
    }

    private Map<String, String> answers(TestServer server) {
        Map<String, String> answers = new TreeMap<>();
        List<String> paths = new ArrayList<>();
        for (String conversation : conversations) {
            paths.add("/conversations/" + conversation);
            paths.add("/conversations/" + conversation + "/items?order=asc&limit=100&" + INCLUDE);
        }
        for (String response : responses) {
            paths.add("/responses/" + response + "?" + INCLUDE);
            paths.add("/responses/" + response + "/input_items");
        }
        paths.forEach(path -> answers.put(path, server.get(path).ok().toString()));
        return answers;
    }

    private static byte[] export(String from) {
        ByteArrayOutputStream export = new ByteArrayOutputStream();
        assertThat(Exporter.export(from, true, export)).isNotNull();
        return export.toByteArray();
    }

    private static void importTo(String to, byte[] export) {
        assertThat(Importer.read(to, Project.DEFAULT, false, new ByteArrayInputStream(export), InstantSource.system())
                .whole()).isTrue();
    }

    @ParameterizedTest(name = "to PostgreSQL: {0}")
    @ValueSource(booleans = {true, false})
    void theyReadAsBeforeAndGoOn(boolean toPostgres) throws InterruptedException {
        String from = url(!toPostgres, "from");
        String to = url(toPostgres, "to");
        Map<String, String> before;
        byte[] export;
        try (TestServer server = serve(from)) {
            fill(server);
            before = answers(server);
            export = export(from);
        }
        importTo(to, export);
        assertThat(lines(export(to))).containsExactlyInAnyOrderElementsOf(lines(export));
        try (TestServer server = serve(to)) {
            assertThat(answers(server)).isEqualTo(before);
            server.models().enqueue(Script.chat("Still here"));
            JsonNode next = server.post("/responses", """
                    {"model": "m", "input": "And now?", "conversation": "%s"}""".formatted(conversations.getFirst()))
                    .ok();
            assertThat(next.path("status").asText()).isEqualTo("completed");
            String prompt = server.models().awaitRequest(0, TestServer.PATIENCE).json().path("messages").toString();
            assertThat(prompt).containsSubsequence("Be brief.", "Hello", "weather", "rain", "Compute", "python",
                    "It printed 42", "It is 42.", "Weather?", "call_2", "rain", "Rain", "And now?");
        }
        String back = url(!toPostgres, "back");
        importTo(back, export(to));
        try (TestServer server = serve(back)) {
            assertThat(server.get("/responses/" + responses.getFirst() + "?" + INCLUDE).ok().toString())
                    .isEqualTo(before.get("/responses/" + responses.getFirst() + "?" + INCLUDE));
        }
    }

    private static List<String> lines(byte[] export) {
        return new String(export, StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void whatDoesNotFitIsRefusedWithItsLine() {
        String thread = "{\"object\": \"thread\", \"id\": \"thread_1\", \"created_at\": 1, \"metadata\": {}}\n";
        String extra = "{\"object\": \"runnel.thread_extra\", \"id\": \"fc_1\", \"thread_id\": \"thread_1\", ";
        for (String line : List.of(
                extra + "\"kind\": \"song\", \"data\": {}}",
                extra + "\"kind\": \"call\", \"data\": 5}",
                extra + "\"kind\": \"call\"}",
                extra + "\"kind\": \"step\", \"data\": {}}",
                extra + "\"kind\": \"call\", \"after\": \"msg_none\", \"data\": {}}",
                extra + "\"kind\": \"call\", \"run_id\": \"run_none\", \"data\": {}}",
                extra.replace("thread_1", "thread_2") + "\"kind\": \"call\", \"data\": {}}",
                "{\"object\": \"runnel.run_notes\", \"run_id\": \"run_none\", \"notes\": {}}",
                "{\"object\": \"runnel.step_notes\", \"step_id\": \"step_none\", \"notes\": {}}")) {
            String file = "{\"object\":\"runnel.export\",\"version\":1}\n" + thread + line + "\n";
            assertThatThrownBy(() -> importTo(url(false, "refused"), file.getBytes(StandardCharsets.UTF_8)))
                    .as(line).isInstanceOf(ImportException.class).hasMessageStartingWith("line 3: ");
        }
    }
}
