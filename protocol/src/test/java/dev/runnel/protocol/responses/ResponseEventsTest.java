package dev.runnel.protocol.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import dev.runnel.testkit.RandomInput;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.runnel.protocol.responses.ResponseTexts.event;
import static dev.runnel.protocol.responses.ResponseTexts.response;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The events of responses on the wire. */
class ResponseEventsTest {

    @ParameterizedTest
    @ValueSource(strings = {
        """
                {"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":\
                {"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[]}}""",
        """
                {"type":"response.content_part.done","sequence_number":7,"item_id":"msg_1","output_index":0,\
                "content_index":0,"part":{"type":"output_text","text":"a","annotations":[],"logprobs":[]}}""",
        """
                {"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_1","output_index":0,\
                "content_index":0,"delta":"Hel","logprobs":[]}""",
        """
                {"type":"response.output_text.done","sequence_number":6,"item_id":"msg_1","output_index":0,\
                "content_index":0,"text":"Hello","logprobs":[]}""",
        """
                {"type":"response.output_text.annotation.added","sequence_number":5,"item_id":"msg_1","output_index":0,\
                "content_index":0,"annotation_index":0,"annotation":{"type":"file_citation","file_id":"file-1","index":3,\
                "filename":"a.md"}}""",
        """
                {"type":"response.refusal.delta","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,\
                "delta":"No"}""",
        """
                {"type":"response.refusal.done","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,\
                "refusal":"No"}""",
        """
                {"type":"response.reasoning_text.done","sequence_number":4,"item_id":"rs_1","output_index":0,\
                "content_index":0,"text":"hm"}""",
        """
                {"type":"response.function_call_arguments.delta","sequence_number":4,"item_id":"fc_1","output_index":0,\
                "delta":"{}"}""",
        """
                {"type":"response.function_call_arguments.done","sequence_number":4,"item_id":"fc_1","output_index":0,\
                "name":"f","arguments":"{}"}""",
        """
                {"type":"response.file_search_call.searching","sequence_number":4,"item_id":"fs_1","output_index":0}""",
        """
                {"type":"error","sequence_number":9,"code":"server_error","message":"oh","param":null}""",
        """
                {"type":"response.future.thing","sequence_number":11,"anything":{"a":[1,2.50,null]}}"""})
    void anEventIsWrittenAsItWasRead(String json) {
        assertThat(new String(ResponseEvents.encode(event(json)), UTF_8)).isEqualTo(json);
    }

    /** Text is written by hand, everything else by data binding. */
    @Test
    void textOfAnyKindIsWrittenAsDataBindingWritesIt() {
        RandomInput.forAll(500, random -> {
            ResponseEvent.TextDelta delta = new ResponseEvent.TextDelta(
                    "response.output_text.delta", random.between(0, 1_000_000), "msg_\"" + random.between(0, 9),
                    random.between(0, 20), random.between(0, 20),
                    random.of(random.text(20), random.text(3) + "\ud83d", "\"\\\n"),
                    random.of(List.of(), List.of(JsonValue.parse("{\"token\": \"a\"}"))));
            assertThat(new String(ResponseEvents.encode(delta), UTF_8))
                    .isEqualTo(new String(Json.write(delta), UTF_8));
        });
    }

    @Test
    void aResponseIsWrittenWithAllMembersThatItHas() {
        ResponseObject sparse = response("completed", "");
        JsonNode written = Json.readTree(Json.write(new ResponseEvent.Changed("response.completed", 3, sparse)));
        assertThat(Json.convert(written.path("response"), ResponseObject.class)).isEqualTo(sparse);
        assertThat(event(written.toString())).isEqualTo(new ResponseEvent.Changed("response.completed", 3, sparse));
        assertThat(sparse.status().terminal()).isTrue();
        assertThat(sparse.tools()).isEmpty();
        assertThat(sparse.conversation()).isNull();
        assertThat(sparse.text()).isEqualTo(JsonValue.parse("{\"format\": {\"type\": \"text\"}}"));
    }

    @Test
    void withoutANameTheTypeInTheDataCounts() {
        byte[] data = """
                {"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_1","output_index":0,\
                "content_index":0,"delta":"Hel"}""".getBytes(UTF_8);
        assertThat(ResponseEvents.decode("message", data))
                .isEqualTo(new ResponseEvent.TextDelta(
                        "response.output_text.delta", 4, "msg_1", 0, 0, "Hel", List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"error\":{\"message\":\"oh\",\"type\":\"server_error\",\"code\":\"c\"}}",
        "{\"type\":\"error\",\"message\":\"oh\",\"code\":\"c\"}",
        "{\"type\":\"error\",\"sequence_number\":0,\"error\":{\"message\":\"oh\",\"code\":\"c\"}}"})
    void anErrorIsReadInEachOfItsForms(String json) {
        assertThat(ResponseEvents.decode("error", json.getBytes(UTF_8)))
                .isEqualTo(new ResponseEvent.Failed("error", 0, "c", "oh", null));
    }

    @Test
    void anUnknownItemKeepsItsJson() {
        String json = "{\"id\":\"ws_1\",\"type\":\"web_search_call\",\"action\":{\"query\":\"rain\"}}";
        ResponseItem item = ResponseTexts.item(json);
        assertThat(item.type()).isEqualTo("web_search_call");
        assertThat(new String(Json.write(item), UTF_8)).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "{\"a\":", "", "pong"})
    void anUnknownEventMustBeAnObject(String data) {
        assertThatThrownBy(() -> ResponseEvents.decode("pong", data.getBytes(UTF_8))).isInstanceOf(JsonException.class);
    }
}
