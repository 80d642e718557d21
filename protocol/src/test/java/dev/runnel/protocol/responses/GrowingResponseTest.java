package dev.runnel.protocol.responses;

import dev.runnel.protocol.JsonValue;
import dev.runnel.testkit.RandomInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static dev.runnel.protocol.responses.ResponseTexts.event;
import static dev.runnel.protocol.responses.ResponseTexts.fold;
import static dev.runnel.protocol.responses.ResponseTexts.item;
import static dev.runnel.protocol.responses.ResponseTexts.response;
import static org.assertj.core.api.Assertions.assertThat;

/** The fold of a response's events. */
class GrowingResponseTest {
    private static final String TEXT_PART = """
            {"type": "output_text", "text": "%s", "annotations": [%s], "logprobs": []}""";
    private static final String CITATION = """
            {"type": "file_citation", "file_id": "file-1", "index": 3, "filename": "a.md"}""";

    private static ResponseEvent changed(String type, String status, String output) {
        return new ResponseEvent.Changed(type, 0, response(status, output));
    }

    private static ResponseEvent added(int place, String json) {
        return new ResponseEvent.ItemChanged("response.output_item.added", 0, place, item(json));
    }

    private static ResponseEvent text(int place, int part, String delta) {
        return new ResponseEvent.TextDelta(
                "response.output_text.delta", 0, "msg_1", place, part, delta, List.of());
    }

    private static String message(String status, String parts) {
        return """
                {"id": "msg_1", "type": "message", "status": "%s", "role": "assistant", "content": [%s]}"""
                .formatted(status, parts);
    }

    @Test
    void aMessageGrowsByItsDeltas() {
        List<ResponseEvent> events = new ArrayList<>(List.of(
                changed("response.created", "in_progress", ""),
                added(0, message("in_progress", "")),
                event("""
                        {"type": "response.content_part.added", "item_id": "msg_1", "output_index": 0,
                         "content_index": 0, "part": %s}""".formatted(TEXT_PART.formatted("", ""))),
                text(0, 0, "Hel"), text(0, 0, "lo")));
        assertThat(fold(events).response()).contains(response(
                "in_progress", message("in_progress", TEXT_PART.formatted("Hello", ""))));
        events.add(event("""
                {"type": "response.output_text.annotation.added", "item_id": "msg_1", "output_index": 0,
                 "content_index": 0, "annotation_index": 0, "annotation": %s}""".formatted(CITATION)));
        assertThat(fold(events).output())
                .containsExactly(item(message("in_progress", TEXT_PART.formatted("Hello", CITATION))));
        assertThat(fold(events).snapshot()).contains(response("in_progress", ""));
    }

    @Test
    void callsReasoningAndRefusalsGrowToo() {
        List<ResponseEvent> events = List.of(
                changed("response.created", "in_progress", ""),
                added(0, """
                        {"id": "rs_1", "type": "reasoning", "summary": [], "content": [], "status": "in_progress"}"""),
                event("""
                        {"type": "response.reasoning_text.delta", "item_id": "rs_1", "output_index": 0,
                         "content_index": 0, "delta": "hm"}"""),
                added(1, """
                        {"id": "fc_1", "type": "function_call", "call_id": "call_1", "name": "f", "arguments": "",
                         "status": "in_progress"}"""),
                event("""
                        {"type": "response.function_call_arguments.delta", "item_id": "fc_1", "output_index": 1,
                         "delta": "{\\"a\\""}"""),
                event("""
                        {"type": "response.function_call_arguments.delta", "item_id": "fc_1", "output_index": 1,
                         "delta": ":1}"}"""),
                added(2, message("in_progress", "")),
                event("""
                        {"type": "response.refusal.delta", "item_id": "msg_1", "output_index": 2, "content_index": 0,
                         "delta": "No."}"""));
        assertThat(fold(events).output()).containsExactly(
                item("""
                        {"id": "rs_1", "type": "reasoning", "summary": [], "status": "in_progress",
                         "content": [{"type": "reasoning_text", "text": "hm"}]}"""),
                item("""
                        {"id": "fc_1", "type": "function_call", "call_id": "call_1", "name": "f",
                         "arguments": "{\\"a\\":1}", "status": "in_progress"}"""),
                item(message("in_progress", "{\"type\": \"refusal\", \"refusal\": \"No.\"}")));
    }

    @Test
    void theEndsOfPartsReplaceWhatHasGrown() {
        List<ResponseEvent> events = List.of(
                text(0, 0, "Hxl"),
                event("""
                        {"type": "response.output_text.done", "item_id": "msg_1", "output_index": 0,
                         "content_index": 0, "text": "Hello"}"""),
                event("""
                        {"type": "response.function_call_arguments.delta", "item_id": "fc_1", "output_index": 1,
                         "delta": "{"}"""),
                event("""
                        {"type": "response.function_call_arguments.done", "item_id": "fc_1", "output_index": 1,
                         "name": "f", "arguments": "{}"}"""),
                event("""
                        {"type": "response.reasoning_text.done", "item_id": "rs_1", "output_index": 2,
                         "content_index": 0, "text": "so"}"""),
                event("""
                        {"type": "response.refusal.done", "item_id": "msg_2", "output_index": 3, "content_index": 0,
                         "refusal": "No."}"""));
        assertThat(fold(events).output()).containsExactly(
                item(message("in_progress", TEXT_PART.formatted("Hello", ""))),
                new ResponseItem.FunctionCall("fc_1", "", "", "{}", "in_progress"),
                new ResponseItem.Reasoning("rs_1", List.of(), List.of(JsonValue.parse("""
                        {"type": "reasoning_text", "text": "so"}""")), "in_progress"),
                new ResponseItem.Message("msg_2", "in_progress", "assistant", List.of(JsonValue.parse("""
                        {"type": "refusal", "refusal": "No."}"""))));
        assertThat(fold(events).response()).isEmpty();
    }

    @Test
    void aSnapshotReplacesEverything() {
        String whole = message("completed", TEXT_PART.formatted("Hello", CITATION));
        List<ResponseEvent> events = List.of(
                changed("response.created", "in_progress", ""), added(0, message("in_progress", "")),
                text(0, 0, "Hel"), added(1, message("in_progress", "")),
                changed("response.completed", "completed", whole));
        assertThat(fold(events).response()).contains(response("completed", whole));
    }

    @Test
    void whatThisVersionDoesNotKnowChangesNothing() {
        GrowingResponse fold = fold(List.of(changed("response.created", "in_progress", ""), text(0, 0, "a")));
        ResponseObject before = fold.response().orElseThrow();
        fold.apply(event("{\"type\": \"response.future.delta\", \"sequence_number\": 2, \"delta\": \"x\"}"));
        fold.apply(event("{\"type\": \"error\", \"message\": \"oh\"}"));
        fold.apply(event("""
                {"type": "response.file_search_call.searching", "item_id": "fs_1", "output_index": 0}"""));
        assertThat(fold.response()).contains(before);
    }

    @Test
    void placesMayBeMissingAndLarge() {
        assertThat(fold(List.of(text(Integer.MAX_VALUE, Integer.MAX_VALUE, "b"), text(7, 0, "a"))).output())
                .containsExactly(
                        item(message("in_progress", TEXT_PART.formatted("a", ""))),
                        item(message("in_progress", TEXT_PART.formatted("b", ""))));
    }

    @Test
    void itDoesNotMatterHowDeltasAreCutIntoPieces() {
        RandomInput.forAll(500, random -> {
            String text = random.text(30);
            int cut = random.between(0, text.length());
            List<ResponseEvent> pieces = List.of(text(0, 0, text.substring(0, cut)), text(0, 0, text.substring(cut)));
            assertThat(fold(pieces).output()).isEqualTo(fold(List.of(text(0, 0, text))).output());
            assertThat(fold(pieces).output()).containsExactly(new ResponseItem.Message(
                    "msg_1", "in_progress", "assistant", List.of(JsonValue.of(Map.of(
                            "type", "output_text", "text", text, "annotations", List.of(), "logprobs", List.of())))));
        });
    }
}
