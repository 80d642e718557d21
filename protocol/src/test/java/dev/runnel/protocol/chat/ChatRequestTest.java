package dev.runnel.protocol.chat;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** A request as it goes over the wire. */
class ChatRequestTest {

    private static String written(ChatRequest request) {
        return new String(ChatJson.writeRequest(request), UTF_8);
    }

    @Test
    void whatIsNotSetIsLeftOut() {
        ChatRequest request = ChatRequest.builder("m", List.of(ChatMessage.user("\"Hi\" ünd\n"))).build();
        assertThat(written(request)).isEqualTo(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\\\"Hi\\\" ünd\\n\"}]}");
    }

    @Test
    void aStreamAsksForUsage() {
        ChatRequest request = ChatRequest.builder("m", List.of()).build().withStream(true);
        assertThat(written(request)).isEqualTo(
                "{\"model\":\"m\",\"messages\":[],\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
        assertThat(written(request.withoutStreamOptions())).doesNotContain("stream_options");
    }

    @Test
    void everyMemberIsWrittenUnderItsName() {
        ChatRequest request = new ChatRequest(
                "m", List.of(), false, JsonValue.of(Map.of("a", List.of(1, 2.5, true, "x"))), 10L, 20L, 0.5, 1.0,
                JsonValue.parse("{\"type\":\"text\",\"none\":null}"), "low",
                List.of(new Tool.Function(new FunctionDefinition("f", null, null, null))), JsonValue.of("auto"), true,
                Map.of("seed", JsonValue.of(7)));
        assertThat(Json.readTree(ChatJson.writeRequest(request))).isEqualTo(Json.readTree("""
                {"model":"m","messages":[],"stream":false,"stream_options":{"a":[1,2.5,true,"x"]},
                 "max_completion_tokens":10,"max_tokens":20,"temperature":0.5,"top_p":1.0,
                 "response_format":{"type":"text","none":null},"reasoning_effort":"low",
                 "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"auto",
                 "parallel_tool_calls":true,"seed":7}""".getBytes(UTF_8)));
    }

    @Test
    void toolCallsAndWhatAnswersThemAreWritten() {
        JsonValue call = JsonValue.parse("{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"f\"}}");
        ChatRequest request = ChatRequest.builder("m",
                List.of(ChatMessage.assistantCalls(List.of(call)), ChatMessage.tool("call_1", "42"))).build();
        assertThat(written(request)).contains(
                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[" + call + "]}",
                "{\"role\":\"tool\",\"content\":\"42\",\"tool_call_id\":\"call_1\"}");
    }
}
