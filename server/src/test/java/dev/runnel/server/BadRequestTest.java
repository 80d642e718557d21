package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.testkit.Script;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Requests that are wrong: refused with the protocol's words, and nothing is written. */
@Timeout(180)
class BadRequestTest {
    private static final long MAX_BODY = 300_000;
    private static final String UNKNOWN = "000000000000000000000000";

    @TempDir
    static Path folder;

    private static TestServer server;
    private static String assistant;
    private static String thread;

    @BeforeAll
    static void start() {
        server = TestServer.start(folder, options -> options.with(ServerOptions.MAX_BODY, MAX_BODY));
        assistant = server.newAssistant();
        thread = server.newThread();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Puts the ids of things that exist where a request names them. */
    private static String filled(String text) {
        return text.replace("ASSISTANT", assistant).replace("THREAD", thread);
    }

    private static JsonNode assertRefused(Answer answer, int status, String param, String code) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json; charset=utf-8");
        JsonNode error = answer.error();
        assertThat(error.fieldNames()).toIterable().containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(error.path("param").asText()).isEqualTo(param);
        assertThat(error.path("code").asText()).isEqualTo(code);
        assertThat(error.path("message").asText()).isNotBlank().doesNotContain("dev.runnel", "Exception");
        return error;
    }

    private static void assertNothingWritten() {
        assertThat(server.get("/threads/" + thread + "/messages").ids()).hasSize(1);
        assertThat(server.get("/threads/" + thread + "/runs").ids()).isEmpty();
        assertThat(server.models().requests()).hasSizeLessThanOrEqualTo(1); // of the one test that starts a run elsewhere
    }

    private static String repeated(String text, int times) {
        return text.repeat(times);
    }

    static Stream<Arguments> wrongFields() {
        String tooManyMessages = "[" + repeated("{\"role\":\"user\",\"content\":\"x\"},", 32)
                + "{\"role\":\"user\",\"content\":\"x\"}]";
        return Stream.of(
                // assistants
                arguments("/assistants", "{}", "model", "missing_required_parameter"),
                arguments("/assistants", "{\"model\":null}", "model", "missing_required_parameter"),
                arguments("/assistants", "{\"model\":7}", "model", "invalid_type"),
                arguments("/assistants", "{\"model\":\"m\",\"nmae\":\"x\"}", "nmae", "unknown_parameter"),
                arguments("/assistants", "{\"model\":\"m\",\"name\":\"" + repeated("n", 257) + "\"}", "name",
                        "string_above_max_length"),
                arguments("/assistants", "{\"model\":\"m\",\"description\":\"" + repeated("d", 513) + "\"}",
                        "description", "string_above_max_length"),
                arguments("/assistants", "{\"model\":\"m\",\"instructions\":\"" + repeated("i", 256_001) + "\"}",
                        "instructions", "string_above_max_length"),
                arguments("/assistants", "{\"model\":\"m\",\"temperature\":2.1}", "temperature",
                        "decimal_above_max_value"),
                arguments("/assistants", "{\"model\":\"m\",\"temperature\":-0.1}", "temperature",
                        "decimal_below_min_value"),
                arguments("/assistants", "{\"model\":\"m\",\"temperature\":\"hot\"}", "temperature", "invalid_type"),
                arguments("/assistants", "{\"model\":\"m\",\"top_p\":1e999}", "top_p", "decimal_above_max_value"),
                arguments("/assistants", "{\"model\":\"m\",\"reasoning_effort\":\"huge\"}", "reasoning_effort",
                        "invalid_value"),
                arguments("/assistants", "{\"model\":\"m\",\"tools\":{}}", "tools", "invalid_type"),
                arguments("/assistants", "{\"model\":\"m\",\"tools\":[null]}", "tools[0]", "invalid_type"),
                arguments("/assistants", "{\"model\":\"m\",\"tools\":[{\"type\":\"hammer\"}]}", "tools[0].type",
                        "invalid_value"),
                arguments("/assistants", "{\"model\":\"m\",\"tools\":[{\"type\":\"function\"}]}", "tools[0].function",
                        "missing_required_parameter"),
                arguments("/assistants", "{\"model\":\"m\",\"tools\":[{\"type\":\"function\",\"function\":{}}]}",
                        "tools[0].function.name", "missing_required_parameter"),
                arguments("/assistants",
                        "{\"model\":\"m\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a b\"}}]}",
                        "tools[0].function.name", "invalid_value"),
                arguments("/assistants",
                        "{\"model\":\"m\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\""
                                + repeated("f", 65) + "\"}}]}",
                        "tools[0].function.name", "string_above_max_length"),
                arguments("/assistants", "{\"model\":\"m\",\"response_format\":\"xml\"}", "response_format",
                        "invalid_value"),
                arguments("/assistants", "{\"model\":\"m\",\"response_format\":{\"type\":\"json_schema\"}}",
                        "response_format.json_schema", "missing_required_parameter"),
                arguments("/assistants", "{\"model\":\"m\",\"metadata\":{\"k\":1}}", "metadata.k", "invalid_type"),
                arguments("/assistants", "{\"model\":\"m\",\"metadata\":{\"k\":\"" + repeated("v", 513) + "\"}}",
                        "metadata.k", "string_above_max_length"),
                // threads and messages
                arguments("/threads", "{\"messages\":" + tooManyMessages + "}", "messages", "array_above_max_length"),
                arguments("/threads", "{\"messages\":[{\"role\":\"user\",\"content\":\"x\",\"id\":\"m\"}]}",
                        "messages[0].id", "unknown_parameter"),
                arguments("/threads/THREAD/messages", "{\"content\":\"x\"}", "role", "missing_required_parameter"),
                arguments("/threads/THREAD/messages", "{\"role\":\"user\"}", "content", "missing_required_parameter"),
                arguments("/threads/THREAD/messages", "{\"role\":\"system\",\"content\":\"x\"}", "role",
                        "invalid_value"),
                arguments("/threads/THREAD/messages", "{\"role\":\"user\",\"content\":[]}", "content", "empty_array"),
                arguments("/threads/THREAD/messages", "{\"role\":\"user\",\"content\":5}", "content", "invalid_type"),
                arguments("/threads/THREAD/messages", "{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}",
                        "content[0].text", "missing_required_parameter"),
                arguments("/threads/THREAD/messages",
                        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":{}}]}",
                        "content[0].text", "invalid_type"),
                arguments("/threads/THREAD/messages",
                        "{\"role\":\"user\",\"content\":\"" + repeated("c", 256_001) + "\"}", "content",
                        "string_above_max_length"),
                // runs
                arguments("/threads/THREAD/runs", "{}", "assistant_id", "missing_required_parameter"),
                arguments("/threads/THREAD/runs", "", "assistant_id", "missing_required_parameter"),
                arguments("/threads/THREAD/runs", "{\"assistant_id\":\"ASSISTANT\",\"stream\":\"yes\"}", "stream",
                        "invalid_type"),
                arguments("/threads/THREAD/runs", "{\"assistant_id\":\"ASSISTANT\",\"steam\":true}", "steam",
                        "unknown_parameter"),
                arguments("/threads/THREAD/runs", "{\"assistant_id\":\"ASSISTANT\",\"max_completion_tokens\":15}",
                        "max_completion_tokens", "integer_below_min_value"),
                arguments("/threads/THREAD/runs", "{\"assistant_id\":\"ASSISTANT\",\"max_prompt_tokens\":99.5}",
                        "max_prompt_tokens", "invalid_type"),
                arguments("/threads/THREAD/runs", "{\"assistant_id\":\"ASSISTANT\",\"max_prompt_tokens\":1e400}",
                        "max_prompt_tokens", "invalid_type"),
                arguments("/threads/THREAD/runs",
                        "{\"assistant_id\":\"ASSISTANT\",\"max_prompt_tokens\":99999999999999999999}",
                        "max_prompt_tokens", "integer_above_max_value"),
                arguments("/threads/THREAD/runs",
                        "{\"assistant_id\":\"ASSISTANT\",\"truncation_strategy\":{\"type\":\"last_messages\"}}",
                        "truncation_strategy.last_messages", "missing_required_parameter"),
                arguments("/threads/THREAD/runs", "{\"assistant_id\":\"ASSISTANT\",\"tool_choice\":\"maybe\"}",
                        "tool_choice", "invalid_value"),
                arguments("/threads/THREAD/runs",
                        "{\"assistant_id\":\"ASSISTANT\",\"tool_choice\":{\"type\":\"code_interpreter\"}}",
                        "tool_choice.type", "unsupported_tool"),
                arguments("/threads/THREAD/runs",
                        "{\"assistant_id\":\"ASSISTANT\",\"additional_messages\":[{\"role\":\"user\",\"content\":\"ok\"},"
                                + "{\"role\":\"robot\",\"content\":\"x\"}]}",
                        "additional_messages[1].role", "invalid_value"),
                arguments("/threads/runs", "{\"assistant_id\":\"ASSISTANT\",\"additional_messages\":[]}",
                        "additional_messages", "unknown_parameter"),
                arguments("/threads/runs",
                        "{\"assistant_id\":\"ASSISTANT\",\"thread\":{\"messages\":" + tooManyMessages + "}}",
                        "thread.messages", "array_above_max_length"),
                arguments("/threads/THREAD/runs?include[]=all", "{\"assistant_id\":\"ASSISTANT\"}", "include[0]",
                        "invalid_value"),
                // chat completions
                arguments("/chat/completions", "{\"messages\":[{}]}", "model", "missing_required_parameter"),
                arguments("/chat/completions", "{\"model\":\"m\"}", "messages", "missing_required_parameter"),
                arguments("/chat/completions", "{\"model\":\"m\",\"messages\":\"Hi\"}", "messages", "invalid_type"),
                arguments("/chat/completions", "{\"model\":\"m\",\"messages\":[]}", "messages", "empty_array"),
                arguments("/chat/completions", "{\"model\":\"m\",\"messages\":[{},1]}", "messages[1]", "invalid_type"),
                arguments("/chat/completions", "{\"model\":\"m\",\"messages\":[{}],\"stream\":1}", "stream",
                        "invalid_type"));
    }

    @ParameterizedTest
    @MethodSource("wrongFields")
    void aWrongFieldIsNamedByItsPath(String path, String body, String param, String code) {
        assertRefused(server.post(filled(path), filled(body)), 400, param, code);
        assertNothingWritten();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[1,", "{\"assistant_id\":}", "nonsense", "{\"a\":1,\"a\":2}",
        "{\"assistant_id\":\"ASSISTANT\"} {}", "{'assistant_id':'ASSISTANT'}"})
    void whatIsNoJsonIsRefused(String body) {
        for (String path : new String[] {"/assistants", "/threads", "/threads/THREAD/runs", "/chat/completions"}) {
            JsonNode error = assertRefused(server.post(filled(path), filled(body)), 400, "null", "null");
            assertThat(error.path("message").asText())
                    .startsWith("We could not parse the JSON body of your request.");
        }
        assertNothingWritten();
    }

    @Test
    void whatIsNoObjectIsRefused() {
        assertRefused(server.post("/threads", "[]"), 400, "null", "invalid_type");
        assertRefused(server.post("/threads", "\"thread\""), 400, "null", "invalid_type");
    }

    @Test
    void deepNestingIsRefused() {
        assertRefused(server.post("/threads", "{\"metadata\":" + "[".repeat(5_000)), 400, "null", "null");
    }

    static Stream<Arguments> ids() {
        return Stream.of(
                arguments("GET", "/assistants/x", "assistant_id", "asst"),
                arguments("GET", "/threads/x", "thread_id", "thread"),
                arguments("GET", "/threads/x/messages", "thread_id", "thread"),
                arguments("POST", "/threads/x/messages", "thread_id", "thread"),
                arguments("POST", "/threads/x/runs", "thread_id", "thread"),
                arguments("GET", "/threads/THREAD/runs/x", "run_id", "run"),
                arguments("POST", "/threads/THREAD/runs/x/cancel", "run_id", "run"),
                arguments("POST", "/threads/THREAD/runs/x/submit_tool_outputs", "run_id", "run"),
                arguments("GET", "/threads/THREAD/runs/x/steps", "run_id", "run"),
                arguments("GET", "/threads/THREAD/messages/x", "message_id", "msg"));
    }

    @ParameterizedTest
    @MethodSource("ids")
    void anIdOfTheWrongKindIsNamed(String method, String path, String param, String prefix) {
        JsonNode error = assertRefused(server.send(method, filled(path), ""), 400, param, "invalid_value");
        assertThat(error.path("message").asText()).isEqualTo(
                "Invalid '" + param + "': 'x'. Expected an ID that begins with '" + prefix + "'.");
    }

    static Stream<Arguments> unknown() {
        return Stream.of(
                arguments("GET", "/assistants/asst_" + UNKNOWN, "", "assistant"),
                arguments("GET", "/threads/thread_" + UNKNOWN, "", "thread"),
                arguments("GET", "/threads/thread_" + UNKNOWN + "/messages", "", "thread"),
                arguments("GET", "/threads/thread_" + UNKNOWN + "/runs", "", "thread"),
                arguments("POST", "/threads/thread_" + UNKNOWN + "/messages",
                        "{\"role\":\"user\",\"content\":\"x\"}", "thread"),
                arguments("POST", "/threads/thread_" + UNKNOWN + "/runs", "{\"assistant_id\":\"ASSISTANT\"}", "thread"),
                arguments("POST", "/threads/THREAD/runs", "{\"assistant_id\":\"asst_" + UNKNOWN + "\"}", "assistant"),
                arguments("POST", "/threads/runs", "{\"assistant_id\":\"asst_" + UNKNOWN + "\"}", "assistant"),
                arguments("GET", "/threads/THREAD/messages/msg_" + UNKNOWN, "", "message"),
                arguments("GET", "/threads/THREAD/runs/run_" + UNKNOWN, "", "run"),
                arguments("GET", "/threads/THREAD/runs/run_" + UNKNOWN + "?stream=true", "", "run"),
                arguments("GET", "/threads/THREAD/runs/run_" + UNKNOWN + "/steps", "", "run"),
                arguments("POST", "/threads/THREAD/runs/run_" + UNKNOWN + "/cancel", "", "run"));
    }

    @ParameterizedTest
    @MethodSource("unknown")
    void whatDoesNotExistIsNotFound(String method, String path, String body, String kind) {
        JsonNode error = assertRefused(server.send(method, filled(path), filled(body)), 404, "null", "null");
        assertThat(error.path("message").asText()).startsWith("No " + kind + " found with id '").contains(UNKNOWN);
        assertNothingWritten();
    }

    @Test
    void aRunIsNotFoundOnAnotherThread() {
        server.models().enqueue(Script.silent());
        String own = server.newThread();
        String run = server.post("/threads/" + own + "/runs", filled("{\"assistant_id\":\"ASSISTANT\"}")).id();
        for (String path : new String[] {"", "?stream=true", "/steps"}) {
            assertRefused(server.get("/threads/" + thread + "/runs/" + run + path), 404, "null", "null");
        }
        assertRefused(server.post("/threads/" + thread + "/runs/" + run + "/cancel", ""), 404, "null", "null");

        assertThat(server.post("/threads/" + own + "/runs/" + run + "/cancel", "").status()).isEqualTo(200);
    }

    @Test
    void whatIsNotHttpIsRefusedInTheProtocolsEnvelope() throws IOException {
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.send("GET /v1/models HTTP/1.1\r\nHost: a:b:c\r\n\r\n");
            Answer answer = raw.answer();
            JsonNode error = assertRefused(answer, 400, "null", "null");
            assertThat(error.path("message").asText()).startsWith("The request is not well-formed HTTP: ")
                    .doesNotEndWith("null");
        }
    }

    @ParameterizedTest
    @CsvSource({"limit=0, integer_below_min_value, limit", "limit=101, integer_above_max_value, limit",
        "limit=ten, invalid_type, limit", "order=up, invalid_value, order"})
    void aListsParametersHaveLimits(String query, String code, String param) {
        assertRefused(server.get("/threads/" + thread + "/messages?" + query), 400, param, code);
    }

    @Test
    void anUnknownUrlIsNotFound() {
        JsonNode error = assertRefused(server.post("/x", "{}"), 404, "null", "unknown_url");
        assertThat(error.path("message").asText()).startsWith("Unknown request URL: POST /v1/x.");
    }

    @Test
    void aWrongMethodIsNotFoundEither() {
        JsonNode error = assertRefused(server.send("PUT", "/threads/" + thread, "{}"), 404, "null", "unknown_url");
        assertThat(error.path("message").asText()).startsWith("Unknown request URL: PUT /v1/threads/" + thread);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'code_interpreter':{}}", "{'code_interpreter':{'file_ids':[]}}",
        "{'code_interpreter':null,'file_search':{'vector_store_ids':[],'vector_stores':null}}"})
    void toolResourcesThatNameNothingAreTaken(String resources) {
        String json = "{\"tool_resources\":" + resources.replace('\'', '"') + "}";
        JsonNode shown = server.post("/threads", json).ok().path("tool_resources");
        assertThat(shown.isObject()).isTrue();
        assertThat(shown.toString()).doesNotContain("null");
    }

    @Test
    void aModelsNameMayHaveASlash() {
        server.models().models("qwen/qwen3:32b");

        for (String path : new String[] {"/models/qwen%2Fqwen3:32b", "/models/qwen%2fqwen3%3A32b",
            "/models/qwen/qwen3:32b"}) {
            assertThat(server.get(path).ok().path("id").asText()).isEqualTo("qwen/qwen3:32b");
        }
        assertRefused(server.get("/models/nobody"), 404, "model", "model_not_found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "X-Gzip", "br", "identity, deflate"})
    void aCompressedBodyIsRefusedByItsHeader(String coding) {
        for (String path : List.of("/assistants", "/chat/completions", "/files")) {
            Answer answer = server.post(path, "{}", "content-encoding", coding);
            JsonNode error = assertRefused(answer, 415, "Content-Encoding", "unsupported_value");
            assertThat(error.path("message").asText()).contains("Content-Encoding", coding.toLowerCase(Locale.ROOT));
            assertThat(answer.headers().firstValue("accept-encoding")).contains("identity");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "", "utf-8"})
    void aBodyThatIsNotCompressedIsTaken(String coding) {
        server.post("/threads", "{}", "content-encoding", coding).ok();
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedThoughTheClientGoesOnSending() throws IOException {
        byte[] large = ("{\"model\":\"" + "m".repeat((int) MAX_BODY)).getBytes(StandardCharsets.UTF_8);
        for (String path : new String[] {"/assistants", "/chat/completions"}) {
            Answer answer = server.post(path, large);
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.error().path("type").asText()).isEqualTo("server_error");
            assertThat(answer.error().path("message").asText()).startsWith("Maximum content size limit (300000)");
        }
        try (RawHttp raw = new RawHttp(server.port())) {
            raw.send("POST /v1/assistants HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            raw.send(Integer.toHexString(large.length) + "\r\n" + new String(large, StandardCharsets.UTF_8)
                    + "\r\n0\r\n\r\n");
            assertThat(raw.readUntil("}}")).startsWith("HTTP/1.1 413").contains("Maximum content size limit");
        }
    }

    @Test
    void aModelThatIsNotThereIsNotFound() {
        JsonNode error = assertRefused(server.get("/models/nobody"), 404, "model", "model_not_found");
        assertThat(error.path("message").asText()).isEqualTo("The model 'nobody' does not exist");
    }

    @Test
    void everyAnswerHasAnIdToAskAbout() {
        for (String path : new String[] {"/threads/" + thread, "/threads/x", "/nowhere", "/models"}) {
            assertThat(server.get(path).headers().firstValue("x-request-id")).get().asString().startsWith("req_");
        }
    }

    @Test
    void nullsCountAsAbsentAndAnEmptyBodyIsAnEmptyObject() {
        assertThat(server.post("/threads", "").status()).isEqualTo(200);
        assertThat(server.post("/threads", "{\"messages\":null,\"metadata\":null,\"tool_resources\":null}").status())
                .isEqualTo(200);
        JsonNode created = server.post("/assistants", """
                {"model":"m","name":null,"tools":null,"temperature":null,"response_format":null,"metadata":null}""")
                .ok();
        assertThat(created.path("temperature").asDouble()).isEqualTo(1.0);
        assertThat(created.path("tools").toString()).isEqualTo("[]");
    }

    @Test
    void whatIsKeptAsItIsIsKeptWithoutItsNulls() {
        JsonNode assistant = server.post("/assistants", """
                {"model":"m","response_format":{"type":"json_schema",
                 "json_schema":{"name":"n","description":null,"schema":{"default":null},"strict":null}}}""").ok();
        JsonNode thread = server.post("/threads",
                """
                        {"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://x/y","detail":null}}]}]}""")
                .ok();

        assertThat(assistant.at("/response_format/json_schema").toString())
                .isEqualTo("{\"name\":\"n\",\"schema\":{\"default\":null}}");
        assertThat(server.get("/threads/" + thread.path("id").asText() + "/messages").ok()
                .at("/data/0/content/0/image_url").toString()).isEqualTo("{\"url\":\"http://x/y\"}");
    }

    @Test
    void limitsThemselvesAreAllowed() {
        assertThat(server.post("/assistants", """
                {"model":"m","name":"%s","temperature":2,"top_p":0,"metadata":{"%s":"%s"}}"""
                .formatted("𝄞".repeat(256), "k".repeat(64), "v".repeat(512))).status()).isEqualTo(200);
    }
}
