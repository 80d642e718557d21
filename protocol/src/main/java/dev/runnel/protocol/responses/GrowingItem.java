package dev.runnel.protocol.responses;

import dev.runnel.protocol.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An item that deltas are added to: the content of a message or of reasoning, or the arguments of a call. */
final class GrowingItem {
    /** The status of an item that grows. */
    static final String IN_PROGRESS = "in_progress";

    private final ResponseItem base;

    /** The parts of the content by their places; null until one of them grows. */
    private @Nullable Map<Integer, GrowingPart> parts;

    private @Nullable StringBuilder arguments;

    GrowingItem(ResponseItem base) {
        this.base = base;
    }

    /** A text part of a message. */
    GrowingPart text(int place) {
        return parts().computeIfAbsent(place, unseen -> GrowingPart.text());
    }

    /** A refusal of a message. */
    GrowingPart refusal(int place) {
        return parts().computeIfAbsent(place, unseen -> GrowingPart.refusal());
    }

    /** A part of reasoning. */
    GrowingPart reasoning(int place) {
        return parts().computeIfAbsent(place, unseen -> GrowingPart.reasoning());
    }

    /** Begins or replaces a part of the content. */
    void part(int place, JsonValue part) {
        parts().put(place, new GrowingPart(part));
    }

    private Map<Integer, GrowingPart> parts() {
        Map<Integer, GrowingPart> growing = parts;
        if (growing == null) {
            growing = new TreeMap<>();
            for (JsonValue part : content(base)) {
                growing.put(growing.size(), new GrowingPart(part));
            }
            parts = growing;
        }
        return growing;
    }

    private static List<JsonValue> content(ResponseItem item) {
        if (item instanceof ResponseItem.Message message) {
            return message.content();
        }
        return item instanceof ResponseItem.Reasoning reasoning ? reasoning.content() : List.of();
    }

    /** The arguments of a call. */
    StringBuilder arguments() {
        StringBuilder growing = arguments;
        if (growing == null) {
            growing = new StringBuilder(base instanceof ResponseItem.FunctionCall call ? call.arguments() : "");
            arguments = growing;
        }
        return growing;
    }

    /** The item as far as it has grown. What does not belong to its kind is left out. */
    ResponseItem snapshot() {
        if (base instanceof ResponseItem.FunctionCall call && arguments != null) {
            return new ResponseItem.FunctionCall(
                    call.id(), call.callId(), call.name(), arguments.toString(), call.status());
        } else if (base instanceof ResponseItem.Message message && parts != null) {
            return new ResponseItem.Message(message.id(), message.status(), message.role(), grown(parts));
        } else if (base instanceof ResponseItem.Reasoning thought && parts != null) {
            return new ResponseItem.Reasoning(thought.id(), thought.summary(), grown(parts), thought.status());
        }
        return base;
    }

    private static List<JsonValue> grown(Map<Integer, GrowingPart> parts) {
        return parts.values().stream().map(GrowingPart::snapshot).toList();
    }
}
