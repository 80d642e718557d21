package dev.runnel.protocol.responses;

import dev.runnel.protocol.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A part of an item's content that text and annotations are added to. */
final class GrowingPart {
    private static final String REFUSAL = "refusal";
    private static final String ANNOTATIONS = "annotations";

    private final JsonValue base;

    /** The member that has the text. */
    private final String member;

    private final StringBuilder text;
    private @Nullable List<JsonValue> annotations;

    GrowingPart(JsonValue base) {
        this.base = base;
        this.member = base.get("type").text().equals(REFUSAL) ? REFUSAL : "text";
        this.text = new StringBuilder(base.get(member).text());
    }

    static GrowingPart text() {
        return new GrowingPart(empty("output_text", "text")
                .with(Map.of(ANNOTATIONS, List.of()))
                .with(Map.of("logprobs", List.of())));
    }

    static GrowingPart refusal() {
        return new GrowingPart(empty(REFUSAL, REFUSAL));
    }

    static GrowingPart reasoning() {
        return new GrowingPart(empty("reasoning_text", "text"));
    }

    private static JsonValue empty(String type, String member) {
        return JsonValue.EMPTY_OBJECT.with(Map.of("type", type)).with(Map.of(member, ""));
    }

    void append(String more) {
        text.append(more);
    }

    void set(String whole) {
        text.setLength(0);
        text.append(whole);
    }

    void annotate(JsonValue annotation) {
        if (annotations == null) {
            annotations = new ArrayList<>(base.get(ANNOTATIONS).elements());
        }
        annotations.add(annotation);
    }

    JsonValue snapshot() {
        JsonValue grown = base.with(Map.of(member, text.toString()));
        return annotations == null ? grown : grown.with(Map.of(ANNOTATIONS, annotations));
    }
}
