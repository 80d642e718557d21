package dev.runnel.protocol.responses;

import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.json.JsonPieces;
import java.nio.charset.StandardCharsets;

/** Reads and writes the events of a response's stream. Thread-safe. */
public final class ResponseEvents {
    private static final String ERROR = "error";

    private static final byte[] BEFORE_NUMBER = JsonPieces
            .fixed("{'type':'response.output_text.delta','sequence_number':");
    private static final byte[] BEFORE_ITEM = JsonPieces.fixed(",'item_id':'");
    private static final byte[] BEFORE_OUTPUT = JsonPieces.fixed("','output_index':");
    private static final byte[] BEFORE_CONTENT = JsonPieces.fixed(",'content_index':");
    private static final byte[] BEFORE_DELTA = JsonPieces.fixed(",'delta':'");
    private static final byte[] AFTER_DELTA = JsonPieces.fixed("','logprobs':[]}");

    private ResponseEvents() {}

    /** The data of an event, as UTF-8 on one line. */
    public static byte[] encode(ResponseEvent event) {
        return event instanceof ResponseEvent.TextDelta delta && isPlain(delta)
                ? encodePlainText(delta)
                : Json.write(event);
    }

    private static boolean isPlain(ResponseEvent.TextDelta event) {
        return event.type().equals("response.output_text.delta") && event.logprobs().isEmpty()
                && JsonPieces.fits(event.delta());
    }

    /** All but a few of a stream's events, so they are written from pieces. */
    private static byte[] encodePlainText(ResponseEvent.TextDelta event) {
        return JsonPieces.join(
                BEFORE_NUMBER, JsonPieces.number(event.sequenceNumber()), BEFORE_ITEM, JsonPieces.text(event.itemId()),
                BEFORE_OUTPUT, JsonPieces.number(event.outputIndex()), BEFORE_CONTENT,
                JsonPieces.number(event.contentIndex()), BEFORE_DELTA, JsonPieces.text(event.delta()), AFTER_DELTA);
    }

    /**
     * Reads an event.
     *
     * @param name the event's name; if it is none of this version's, the {@code type} in the data counts, because some servers
     *     send no names
     * @param data its data
     * @throws JsonException if the data is no JSON object, or does not fit the name
     */
    public static ResponseEvent decode(String name, byte[] data) {
        Class<? extends ResponseEvent> type = type(name);
        return type == ResponseEvent.Unknown.class || type == ResponseEvent.Failed.class
                ? decodeTree(name, JsonValue.parse(new String(data, StandardCharsets.UTF_8)))
                : Json.read(data, type);
    }

    private static ResponseEvent decodeTree(String name, JsonValue json) {
        if (!json.isObject()) {
            throw new JsonException("an event must be an object", null);
        }
        String own = json.get("type").text();
        Class<? extends ResponseEvent> type = type(own);
        if (name.equals(ERROR) || own.equals(ERROR)) {
            return failed(json);
        } else if (type == ResponseEvent.Unknown.class) {
            return new ResponseEvent.Unknown(own.isEmpty() ? name : own, number(json), json);
        }
        return Json.convert(Json.tree(json), type);
    }

    /** An error is told in the event itself or, by other servers, in a member {@code error}. */
    private static ResponseEvent failed(JsonValue json) {
        ApiError error = ApiError.fromJson(json).orElseGet(() -> ApiError.serverError(json.toString()));
        return new ResponseEvent.Failed(ERROR, number(json), error.code(), error.message(), error.param());
    }

    private static long number(JsonValue json) {
        return json.get("sequence_number").toJava() instanceof Number number ? number.longValue() : 0;
    }

    private static Class<? extends ResponseEvent> type(String name) {
        return switch (name) {
            case "response.output_text.delta" -> ResponseEvent.TextDelta.class;
            case "response.output_text.done" -> ResponseEvent.TextDone.class;
            case "response.output_text.annotation.added" -> ResponseEvent.AnnotationAdded.class;
            case "response.created", "response.queued", "response.in_progress", "response.completed",
                    "response.incomplete", "response.failed", "response.cancelled" ->
                    ResponseEvent.Changed.class;
            case "response.output_item.added", "response.output_item.done" -> ResponseEvent.ItemChanged.class;
            case "response.content_part.added", "response.content_part.done" -> ResponseEvent.PartChanged.class;
            case "response.refusal.delta", "response.reasoning_text.delta" -> ResponseEvent.PartDelta.class;
            case "response.refusal.done" -> ResponseEvent.RefusalDone.class;
            case "response.reasoning_text.done" -> ResponseEvent.ReasoningDone.class;
            case "response.function_call_arguments.delta" -> ResponseEvent.ArgumentsDelta.class;
            case "response.function_call_arguments.done" -> ResponseEvent.ArgumentsDone.class;
            case "response.file_search_call.in_progress", "response.file_search_call.searching",
                    "response.file_search_call.completed" ->
                    ResponseEvent.SearchChanged.class;
            case ERROR -> ResponseEvent.Failed.class;
            default -> ResponseEvent.Unknown.class;
        };
    }
}
