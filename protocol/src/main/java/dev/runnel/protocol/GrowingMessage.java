package dev.runnel.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.json.JsonMerge;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that deltas are added to. Text and refusals come a token at a time and so have accumulators of their own; every
 * other kind of content goes through the general merge.
 */
final class GrowingMessage {
    private final Message base;
    private final List<Part> parts = new ArrayList<>();
    private boolean grown;

    GrowingMessage(Message base) {
        this.base = base;
        for (MessageContent content : base.content()) {
            parts.add(Part.of(content));
        }
    }

    /** The message as its last snapshot event gave it; its content may be out of date. */
    Message base() {
        return base;
    }

    void grow(List<ContentDelta> deltas) {
        grown = true;
        for (ContentDelta delta : deltas) {
            int at = Math.min(delta.index(), parts.size());
            if (at == parts.size()) {
                parts.add(Part.startedBy(delta));
            } else if (!parts.get(at).grow(delta)) {
                parts.set(at, Part.startedBy(delta));
            }
        }
    }

    Message snapshot() {
        if (!grown) {
            return base;
        }
        List<MessageContent> content = new ArrayList<>(parts.size());
        parts.forEach(part -> content.add(part.snapshot()));
        return base.withContent(content);
    }

    private abstract static sealed class Part {
        /** Adds a delta; false if it is of another kind than this part, and so replaces it. */
        abstract boolean grow(ContentDelta delta);

        abstract MessageContent snapshot();

        static Part startedBy(ContentDelta delta) {
            Part part = delta instanceof ContentDelta.Text
                    ? new TextPart()
                    : delta instanceof ContentDelta.Refusal ? new RefusalPart() : new OtherPart();
            part.grow(delta);
            return part;
        }

        static Part of(MessageContent content) {
            if (content instanceof MessageContent.Text text) {
                TextPart part = new TextPart();
                part.value.append(text.text().value());
                part.annotations.addAll(text.text().annotations());
                return part;
            } else if (content instanceof MessageContent.Refusal refusal) {
                RefusalPart part = new RefusalPart();
                part.value.append(refusal.refusal());
                return part;
            }
            OtherPart part = new OtherPart();
            part.merge.merge((ObjectNode) Json.tree(content));
            return part;
        }
    }

    private static final class TextPart extends Part {
        private final StringBuilder value = new StringBuilder();
        private final List<Annotation> annotations = new ArrayList<>();

        @Override
        boolean grow(ContentDelta delta) {
            if (!(delta instanceof ContentDelta.Text text)) {
                return false;
            }
            value.append(text.value());
            List<JsonValue> added = text.annotations();
            if (added != null) {
                added.forEach(annotation -> annotations.add(settled(annotation)));
            }
            return true;
        }

        /** An annotation as the finished message shows it: {@code index} and {@code quote} stand in deltas only. */
        private static Annotation settled(JsonValue annotation) {
            ObjectNode copy = (ObjectNode) Json.tree(annotation);
            copy.remove("index");
            if (copy.get("file_citation") instanceof ObjectNode citation) {
                citation.remove("quote");
            }
            return Json.convert(copy, Annotation.class);
        }

        @Override
        MessageContent snapshot() {
            return new MessageContent.Text(new MessageContent.Text.Value(value.toString(), annotations));
        }
    }

    private static final class RefusalPart extends Part {
        private final StringBuilder value = new StringBuilder();

        @Override
        boolean grow(ContentDelta delta) {
            if (!(delta instanceof ContentDelta.Refusal refusal)) {
                return false;
            }
            value.append(refusal.refusal());
            return true;
        }

        @Override
        MessageContent snapshot() {
            return new MessageContent.Refusal(value.toString());
        }
    }

    private static final class OtherPart extends Part {
        private final JsonMerge merge = new JsonMerge();
        private @Nullable String type;

        @Override
        boolean grow(ContentDelta delta) {
            if (!(delta instanceof ContentDelta.Other other)) {
                return false;
            }
            String deltaType = other.json().get("type").text();
            if (type != null && !type.equals(deltaType)) {
                return false;
            }
            type = deltaType;
            merge.merge((ObjectNode) Json.tree(other.json()));
            return true;
        }

        @Override
        MessageContent snapshot() {
            ObjectNode json = merge.snapshot();
            json.remove("index");
            return Json.convert(json, MessageContent.class);
        }
    }
}
