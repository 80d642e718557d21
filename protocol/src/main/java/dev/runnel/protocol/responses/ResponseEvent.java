package dev.runnel.protocol.responses;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.runnel.protocol.JsonValue;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event of a response's stream. Its type is also the name of its server-sent event. {@link ResponseEvents} reads events.
 *
 * <p>Unknown events are kept, not dropped: servers send more kinds than this version lists.
 */
@JsonPropertyOrder({"type", "sequence_number"})
public sealed interface ResponseEvent {

    /** The event's type on the wire. */
    String type();

    /**
     * The event's number within its response, from 0, +1 each, the same at each reading. The client gives the number -1 to an
     * event that it made itself from an object.
     */
    long sequenceNumber();

    /** The response has a new status. */
    record Changed(String type, long sequenceNumber, ResponseObject response) implements ResponseEvent {}

    /**
     * An item has begun, or is done.
     *
     * @param outputIndex the item's place in the output, from 0, as in all events
     */
    record ItemChanged(String type, long sequenceNumber, int outputIndex, ResponseItem item)
            implements
                ResponseEvent {}

    /** A part of an item's content has begun, or is done. */
    record PartChanged(
            String type, long sequenceNumber, String itemId, int outputIndex, int contentIndex, JsonValue part)
            implements
                ResponseEvent {}

    /** More text of a message. */
    record TextDelta(
            String type, long sequenceNumber, String itemId, int outputIndex, int contentIndex, String delta,
            List<JsonValue> logprobs)
            implements
                ResponseEvent {
        /** Makes absent probabilities an empty list. */
        public TextDelta {
            logprobs = Objects.requireNonNullElse(logprobs, List.of());
        }
    }

    /** A text part of a message is done. */
    record TextDone(
            String type, long sequenceNumber, String itemId, int outputIndex, int contentIndex, String text,
            List<JsonValue> logprobs)
            implements
                ResponseEvent {
        /** Makes absent probabilities an empty list. */
        public TextDone {
            logprobs = Objects.requireNonNullElse(logprobs, List.of());
        }
    }

    /** The text of a message has one more annotation. */
    record AnnotationAdded(
            String type, long sequenceNumber, String itemId, int outputIndex, int contentIndex, int annotationIndex,
            JsonValue annotation)
            implements
                ResponseEvent {}

    /** More of a refusal, or of what the model reasons. */
    record PartDelta(
            String type, long sequenceNumber, String itemId, int outputIndex, int contentIndex, String delta)
            implements
                ResponseEvent {}

    /** A refusal is done. */
    record RefusalDone(
            String type, long sequenceNumber, String itemId, int outputIndex, int contentIndex, String refusal)
            implements
                ResponseEvent {}

    /** The text of the model's reasoning is done. */
    record ReasoningDone(
            String type, long sequenceNumber, String itemId, int outputIndex, int contentIndex, String text)
            implements
                ResponseEvent {}

    /** More arguments of a function call. */
    record ArgumentsDelta(String type, long sequenceNumber, String itemId, int outputIndex, String delta)
            implements
                ResponseEvent {}

    /** The arguments of a function call are done. */
    record ArgumentsDone(
            String type, long sequenceNumber, String itemId, int outputIndex, String name, String arguments)
            implements
                ResponseEvent {
        /** Makes an absent name empty: some servers leave it out. */
        public ArgumentsDone {
            name = Objects.requireNonNullElse(name, "");
        }
    }

    /** A search in vector stores has come so far. */
    record SearchChanged(String type, long sequenceNumber, String itemId, int outputIndex) implements ResponseEvent {}

    /** The code of a call of the code interpreter has come so far. */
    record CodeChanged(String type, long sequenceNumber, String itemId, int outputIndex) implements ResponseEvent {}

    /** More of the code that the model writes. */
    record CodeDelta(String type, long sequenceNumber, String itemId, int outputIndex, String delta)
            implements
                ResponseEvent {}

    /** The code is written. */
    record CodeDone(String type, long sequenceNumber, String itemId, int outputIndex, String code)
            implements
                ResponseEvent {}

    /** The stream cannot go on. */
    record Failed(String type, long sequenceNumber, @Nullable String code, String message, @Nullable String param)
            implements
                ResponseEvent {}

    /** An event this version does not know. */
    record Unknown(String type, long sequenceNumber, @com.fasterxml.jackson.annotation.JsonValue JsonValue json)
            implements
                ResponseEvent {}
}
