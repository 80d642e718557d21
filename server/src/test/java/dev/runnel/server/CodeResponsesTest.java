package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.EventReader.Event;
import dev.runnel.server.tool.ToolResult;
import dev.runnel.testkit.Script;
import dev.runnel.testkit.ToolCall;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.server.EventReader.names;
import static dev.runnel.server.EventReader.only;
import static dev.runnel.server.options.ServerOptions.CODE_INTERPRETER;
import static dev.runnel.server.options.ServerOptions.IGNORE_UNSUPPORTED_TOOLS;
import static org.assertj.core.api.Assertions.assertThat;

/** Responses with the code interpreter: their items and events, what is included, and what is refused. */
@Timeout(120)
class CodeResponsesTest {
    private static final String TOOL = """
            "tools": [{"type": "code_interpreter", "container": {"type": "auto"}}]""";

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init") // set in each test
    private TestServer server;

    private void start(boolean sandbox) {
        if (sandbox) {
            SandboxHere.assume();
        }
        server = TestServer.start(folder, options -> options.with(CODE_INTERPRETER, sandbox));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static ToolCall code(String id, String code) {
        String arguments = JsonValue.of(Map.of("code", code)).toString();
        int half = arguments.length() / 2;
        return ToolCall.of(id, "python", arguments.substring(0, half), arguments.substring(half));
    }

    private List<Event> stream(String json) {
        try (EventReader reader = server.stream("/responses", json)) {
            return reader.rest();
        }
    }

    private static JsonNode response(List<Event> events) {
        return events.get(events.size() - 2).json().path("response");
    }

    @Test
    void codeIsAnItemWithItsOutputsAndAFileThatItMadeIsALink() {
        start(true);
        server.models().enqueue(
                Script.toolCalls(code("call_1", "open('a.csv', 'w').write('a,b')\nprint(6 * 7)")),
                Script.chat("😀 [csv](sand", "box:/mnt/data/a.csv)."));

        String conversation = server.post("/conversations", "{}").id();
        List<Event> events = stream("""
                {"model": "m", "input": "Compute", "stream": true, "conversation": "%s",
                 "include": ["file_search_call.results", "code_interpreter_call.outputs"], %s}"""
                .formatted(conversation, TOOL));

        assertThat(names(events)).containsExactly(
                "response.created", "response.in_progress", "response.output_item.added",
                "response.code_interpreter_call.in_progress", "response.code_interpreter_call_code.delta",
                "response.code_interpreter_call_code.delta", "response.code_interpreter_call_code.done",
                "response.code_interpreter_call.interpreting", "response.code_interpreter_call.completed",
                "response.output_item.done", "response.output_item.added", "response.content_part.added",
                "response.output_text.delta", "response.output_text.delta",
                "response.output_text.annotation.added", "response.output_text.delta",
                "response.output_text.done", "response.content_part.done",
                "response.output_item.done", "response.completed", "null");
        JsonNode response = response(events);
        JsonNode call = response.at("/output/0");
        assertThat(call.path("type").asText()).isEqualTo("code_interpreter_call");
        assertThat(call.path("status").asText()).isEqualTo("completed");
        assertThat(call.path("code").asText()).isEqualTo("open('a.csv', 'w').write('a,b')\nprint(6 * 7)");
        assertThat(call.path("outputs").toString()).isEqualTo("[{\"type\":\"logs\",\"logs\":\"42\\n\"}]");
        assertThat(call.path("container_id").asText()).isEqualTo(conversation.replace("conv_", "cntr_"));
        JsonNode link = response.at("/output/1/content/0/annotations/0");
        assertThat(link.path("type").asText()).isEqualTo("container_file_citation");
        assertThat(link.path("filename").asText()).isEqualTo("a.csv");
        assertThat(link.path("start_index").asInt()).isEqualTo(8);
        assertThat(link.path("end_index").asInt()).isEqualTo(8 + "sandbox:/mnt/data/a.csv".length());
        assertThat(new String(server.download("/files/" + link.path("file_id").asText() + "/content").body(),
                StandardCharsets.UTF_8)).isEqualTo("a,b");
        assertThat(server.get("/responses/" + response.path("id").asText()).ok()).isEqualTo(response);
        JsonNode items = server.get("/conversations/" + conversation
                + "/items?order=asc&include[]=file_search_call.results&include[]=code_interpreter_call.outputs").ok();
        assertThat(items.at("/data/1")).isEqualTo(call);
        assertThat(items.at("/data/2")).isEqualTo(response.at("/output/1"));
        JsonNode alone = server.get("/conversations/" + conversation + "/items/" + call.path("id").asText()).ok();
        assertThat(alone.path("outputs").isNull()).isTrue();
        assertThat(alone.path("code")).isEqualTo(call.path("code"));
    }

    @Test
    void anImageIsAnOutputAndNoPartOfTheMessage() {
        start(true);
        server.models().enqueue(
                Script.toolCalls(code("call_1", "n = open('a.png', 'wb').write(bytes([137]) + b'PNG\\r\\n\\x1a\\n')")),
                Script.chat("Drawn"));

        String conversation = server.post("/conversations", "{}").id();
        List<Event> events = stream("""
                {"model": "m", "input": "Draw", "stream": true, "include": ["code_interpreter_call.outputs"],
                 "conversation": "%s", %s}""".formatted(conversation, TOOL));

        JsonNode response = response(events);
        JsonNode image = response.at("/output/0/outputs/0");
        assertThat(image.path("type").asText()).isEqualTo("image");
        assertThat(image.path("url").asText()).matches("/v1/files/file-\\w+/content");
        assertThat(server.download(image.path("url").asText().substring(3)).statusCode()).isEqualTo(200);
        assertThat(response.at("/output/1/content")).hasSize(1);
        assertThat(response.at("/output/1/content/0/text").asText()).isEqualTo("Drawn");
        assertThat(only(events, "response.content_part.added").json().path("content_index").asInt()).isZero();
        assertThat(server.get("/responses/" + response.path("id").asText()).ok()).isEqualTo(response);
        assertThat(server.get("/conversations/" + conversation + "/items").ok()
                .at("/data/0")).isEqualTo(response.at("/output/1"));
    }

    @Test
    void filesOfTheRequestAreInTheFolderAndTheNextResponseHasTheSameContainer() throws InterruptedException {
        start(true);
        String file = server.upload(Multipart.file("a.txt", "of the request")).id();
        server.models().enqueue(
                Script.toolCalls(code("call_1", "x = open('a.txt').read()\nx")), Script.chat("Read"),
                Script.toolCalls(code("call_2", "x.upper()")), Script.chat("Loud"));

        JsonNode first = server.post("/responses", """
                {"model": "m", "input": "Read", "tool_choice": {"type": "code_interpreter"},
                 "tools": [{"type": "code_interpreter", "container": {"type": "auto", "file_ids": ["%s"]}}]}"""
                .formatted(file)).ok();
        String container = first.at("/output/0/container_id").asText();
        JsonNode second = server.post("/responses", """
                {"model": "m", "input": "Again", "previous_response_id": "%s",
                 "tools": [{"type": "code_interpreter", "container": "%s"}]}"""
                .formatted(first.path("id").asText(), container)).ok();

        assertThat(first.at("/output/0/outputs").isNull()).isTrue();
        assertThat(first.at("/tools/0/container/file_ids/0").asText()).isEqualTo(file);
        assertThat(second.at("/tools/0/container").asText()).isEqualTo(container);
        assertThat(second.at("/output/0/container_id").asText()).isEqualTo(container);
        assertThat(told(1)).contains("of the request");
        assertThat(told(3)).contains("OF THE REQUEST");
        assertThat(server.models().awaitRequest(0, TestServer.PATIENCE).json().at("/tool_choice/function/name")
                .asText()).isEqualTo("python");
    }

    private String told(int request) throws InterruptedException {
        JsonNode messages = server.models().awaitRequest(request, TestServer.PATIENCE).json().path("messages");
        return messages.get(messages.size() - 1).path("content").asText();
    }

    @Test
    void readersSeeThatCodeIsBeingRunBeforeItPrints() {
        CountDownLatch gate = new CountDownLatch(1);
        server = TestServer.startWithTools(
                folder, options -> options.with(IGNORE_UNSUPPORTED_TOOLS, true),
                ScriptedTool.python((call, context) -> {
                    gate.await();
                    context.show(JsonValue.parse("{\"outputs\":[{\"index\":0,\"type\":\"logs\",\"logs\":\"42\"}]}"));
                    return ToolResult.of("42");
                }));
        server.models().enqueue(
                Script.toolCalls(ToolCall.of("call_1", "python", "x"), ToolCall.of("call_2", "python", "y")),
                Script.chat("Done"));
        try (EventReader reader = server.stream("/responses", """
                {"model": "m", "input": "Compute", "stream": true, %s}""".formatted(TOOL))) {
            List<Event> before = reader.until("response.code_interpreter_call.interpreting");
            assertThat(before.stream().filter(event -> event.name().endsWith("call_code.done"))
                    .map(event -> event.json().path("output_index").asInt())).contains(0);
            gate.countDown();
            List<Event> events = new ArrayList<>(before);
            events.addAll(reader.rest());
            Map<Integer, List<String>> states = IntStream.range(0, 2).boxed().collect(Collectors.toMap(
                    index -> index, index -> events.stream()
                            .filter(event -> event.name().startsWith("response.code_interpreter_call")
                                    && event.json().path("output_index").asInt() == index)
                            .map(event -> event.name().replaceFirst("response.code_interpreter_call.", ""))
                            .toList()));
            assertThat(states.values()).allMatch(List.of(
                    "in_progress", "code.delta", "code.done", "interpreting", "completed")::equals);
        }
    }

    @Test
    void codeThatIsCutOffIsIncomplete() throws InterruptedException {
        server = TestServer.startWithTools(
                folder, options -> options.with(IGNORE_UNSUPPORTED_TOOLS, true),
                ScriptedTool.python((call, context) -> ScriptedTool.never()));
        server.models().enqueue(Script.toolCalls(ToolCall.of("call_1", "python", "x")));
        String id;
        try (EventReader reader = server.stream("/responses", """
                {"model": "m", "input": "Compute", "stream": true, "background": true, %s}""".formatted(TOOL))) {
            id = reader.until("response.code_interpreter_call.interpreting").getFirst().json().at("/response/id")
                    .asText();
            server.post("/responses/" + id + "/cancel", "{}").ok();
            List<Event> rest = reader.rest();
            assertThat(names(rest)).containsExactly("response.output_item.done", "response.incomplete", "null");
        }
        JsonNode cancelled = server.get("/responses/" + id).ok();
        assertThat(cancelled.path("status").asText()).isEqualTo("cancelled");
        assertThat(cancelled.at("/output/0/status").asText()).isEqualTo("incomplete");
    }

    @Test
    void aServerWithoutItRefusesItByName() {
        start(false);
        for (String body : List.of(TOOL, "\"tools\": [], \"tool_choice\": {\"type\": \"code_interpreter\"}")) {
            Answer answer = server.post("/responses", "{\"model\": \"m\", \"input\": \"Hi\", " + body + "}");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.error().path("code").asText()).isEqualTo("unsupported_tool");
            assertThat(answer.error().path("message").asText()).contains("'code_interpreter'", "--code-interpreter");
        }
        assertThat(server.models().requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"type\": \"code_interpreter\", \"container\": \"cntr_of_another\"}",
        "{\"type\": \"code_interpreter\", \"container\": {\"type\": \"auto\", \"file_ids\": [\"file-none\"]}}",
        "{\"type\": \"code_interpreter\", \"container\": {\"type\": \"auto\", \"network_policy\": {\"type\": \"allowlist\"}}}",
        "{\"type\": \"web_search\"}"})
    void whatASandboxCannotGiveIsRefused(String tool) {
        start(true);
        Answer answer = server.post("/responses", "{\"model\": \"m\", \"input\": \"Hi\", \"tools\": [" + tool + "]}");
        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.error().path("message").asText()).isNotBlank();
        assertThat(server.models().requests()).isEmpty();
    }
}
