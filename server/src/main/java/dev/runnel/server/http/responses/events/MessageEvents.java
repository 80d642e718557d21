package dev.runnel.server.http.responses.events;

import dev.runnel.protocol.ContentDelta;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageStatus;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseIds;
import dev.runnel.server.http.responses.items.CitedParts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The events of the model's messages. For one thread. */
final class MessageEvents {
    static final String CREATED = "thread.message.created";

    private final Output output;
    private final Map<String, Growing.Message> messages = new HashMap<>();

    /** The message of the last delta, which nearly always is that of the next one. */
    private Growing.@Nullable Message last;

    /** The names of the files that searches have found, by their ids. */
    private final Map<String, String> names;

    MessageEvents(Output output, Map<String, String> names) {
        this.output = output;
        this.names = names;
    }

    void change(RunEvent.MessageChanged changed) {
        Message message = changed.message();
        if (changed.name().equals(CREATED)) {
            Growing.Message item = new Growing.Message(
                    message.id(), output.size(), ResponseIds.container(message.threadId()));
            messages.put(message.id(), item);
            output.begin(item);
        } else if (message.status() != MessageStatus.IN_PROGRESS) {
            Growing.Message item = messages.get(message.id());
            if (item != null && item.open) {
                endPart(item);
                output.end(item, message.status() == MessageStatus.COMPLETED ? "completed" : "incomplete");
            }
        }
    }

    void grow(RunEvent.MessageDelta delta) {
        Growing.Message item = last;
        if (item == null || !item.id.equals(delta.messageId())) {
            item = messages.get(delta.messageId());
            last = item;
        }
        if (item == null) {
            return;
        }
        for (ContentDelta part : delta.content()) {
            switch (part) {
                case ContentDelta.Text text -> say(item, text);
                case ContentDelta.Refusal refusal -> {
                    openPart(item, refusal.index(), true).text.append(refusal.refusal());
                    output.add(new ResponseEvent.PartDelta("response.refusal.delta", output.next(), item.id,
                            item.index, item.openPart, refusal.refusal()));
                }
                case ContentDelta.Other _ -> {
                }
            }
        }
    }

    private void say(Growing.Message item, ContentDelta.Text delta) {
        Growing.Part part = openPart(item, delta.index(), false);
        List<JsonValue> annotations = delta.annotations() == null ? List.of() : delta.annotations();
        long at = annotations.isEmpty() ? 0 : part.text.codePoints().count();
        List<JsonValue> citations = new ArrayList<>();
        boolean marker = false; // a delta with a citation has the marker of the Assistants API for its text, and no more
        for (JsonValue annotation : annotations) {
            String cited = CitedParts.citedFile(annotation);
            String linked = CitedParts.linkedFile(annotation);
            if (cited != null) {
                marker = true;
                citations.add(CitedParts.citation(cited, at, names));
            } else if (linked != null) {
                citations.add(CitedParts.link(item.container, linked, delta.value(), at));
            }
        }
        if (!marker && !delta.value().isEmpty()) {
            part.text.append(delta.value());
            output.add(new ResponseEvent.TextDelta("response.output_text.delta", output.next(), item.id, item.index,
                    item.openPart, delta.value(), List.of()));
        }
        for (JsonValue citation : citations) {
            part.annotations.add(citation);
            output.add(new ResponseEvent.AnnotationAdded("response.output_text.annotation.added", output.next(),
                    item.id, item.index, item.openPart, part.annotations.size() - 1, citation));
        }
    }

    private Growing.Part openPart(Growing.Message item, int inMessage, boolean refusal) {
        if (item.openPart >= 0 && item.openInMessage == inMessage) {
            return item.parts.get(item.openPart);
        }
        int index = item.place(inMessage);
        if (item.openPart != index) {
            endPart(item);
            if (item.parts.size() == index) {
                item.parts.add(new Growing.Part(refusal));
            }
            item.openPart = index;
            item.openInMessage = inMessage;
            output.beginPart(item, index, new Growing.Part(refusal).json());
        }
        return item.parts.get(index);
    }

    private void endPart(Growing.Message item) {
        int index = item.openPart;
        if (index < 0) {
            return;
        }
        Growing.Part part = item.parts.get(index);
        String text = part.text.toString();
        output.add(part.refusal
                ? new ResponseEvent.RefusalDone(
                        "response.refusal.done", output.next(), item.id, item.index, index, text)
                : new ResponseEvent.TextDone(
                        "response.output_text.done", output.next(), item.id, item.index, index, text, List.of()));
        output.endPart(item, index, part.json());
        item.openPart = -1;
    }
}
