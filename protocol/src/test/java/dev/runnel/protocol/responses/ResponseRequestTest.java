package dev.runnel.protocol.responses;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Requests for responses, as they are on the wire. */
class ResponseRequestTest {

    private static String json(Object value) {
        return new String(Json.write(value), UTF_8);
    }

    @Test
    void aRequestHasWhatWasSetAndNoMore() {
        assertThat(json(ResponseRequest.builder("m", "Hi").instructions("Be brief.").maxOutputTokens(100L).build()))
                .isEqualTo("""
                        {"model":"m","input":"Hi","instructions":"Be brief.","max_output_tokens":100}""");
        assertThat(json(ResponseRequest.ofAssistant("asst_1", "Hi").conversation("thread_1").build())).isEqualTo("""
                {"input":"Hi","conversation":"thread_1","prompt":{"id":"asst_1"}}""");
    }

    @Test
    void itemsAreMessagesOutputsAndEarlierItems() {
        ResponseItem call = ResponseTexts.item("""
                {"id": "fc_1", "type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}",
                 "status": "completed"}""");
        assertThat(json(ResponseRequest.builder("m", List.of(
                InputItem.developer("Be brief."),
                InputItem.user("See").withImageUrl("https://h/a.png").withImageFile("file-1").withFile("file-2"),
                InputItem.of(call),
                InputItem.functionOutput("call_1", "rain"))).build())).isEqualTo("""
                        {"model":"m","input":[\
                        {"type":"message","role":"developer","content":"Be brief."},\
                        {"type":"message","role":"user","content":[{"type":"input_text","text":"See"},\
                        {"type":"input_image","image_url":"https://h/a.png","detail":"auto"},\
                        {"type":"input_image","file_id":"file-1","detail":"auto"},\
                        {"type":"input_file","file_id":"file-2"}]},\
                        {"id":"fc_1","type":"function_call","call_id":"call_1","name":"f","arguments":"{}",\
                        "status":"completed"},\
                        {"type":"function_call_output","call_id":"call_1","output":"rain"}]}""");
    }

    @Test
    void theTextOfAUserIsAnItemToo() {
        assertThat(ResponseRequest.builder("m", "Hi").build().inputItems()).containsExactly(InputItem.user("Hi"));
        List<InputItem> items = List.of(InputItem.user("a"), InputItem.developer("b"));
        assertThat(ResponseRequest.builder("m", items).build().inputItems()).isEqualTo(items);
        assertThat(ResponseRequest.builder("m", "Hi").input(JsonValue.NULL).build().inputItems()).isEmpty();
    }

    @Test
    void aRequestIsTheSameAfterItsBuilder() {
        ResponseRequest request = ResponseRequest.builder("m", "Hi").store(false).topP(0.5).user("u").build();
        assertThat(request.toBuilder().build()).isEqualTo(request);
        assertThat(request.toBuilder().stream(true).build()).isNotEqualTo(request);
    }

    @Test
    void aFunctionHasItsNameBesideItsType() {
        assertThat(json(ResponseTools.function(
                new FunctionDefinition("f", "does", JsonValue.parse("{\"type\":\"object\"}"), true)))).isEqualTo("""
                        {"type":"function","name":"f","description":"does","parameters":{"type":"object"},\
                        "strict":true}""");
        assertThat(json(ResponseTools.fileSearch(List.of("vs_1")))).isEqualTo("""
                {"type":"file_search","vector_store_ids":["vs_1"]}""");
    }
}
