package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.util.List;

/** The content of a run step. */
@JsonDeserialize(using = UnionDeserializer.class)
@JsonSubTypes({
    @JsonSubTypes.Type(name = "message_creation", value = StepDetails.MessageCreation.class),
    @JsonSubTypes.Type(name = "tool_calls", value = StepDetails.ToolCalls.class),
    @JsonSubTypes.Type(StepDetails.Unknown.class)
})
@JsonPropertyOrder("type")
public sealed interface StepDetails {

    /** The kind of step on the wire. */
    @JsonProperty
    String type();

    /** It writes a message. */
    @JsonDeserialize
    record MessageCreation(Reference messageCreation) implements StepDetails {
        /** A step that writes this message. */
        public static MessageCreation of(String messageId) {
            return new MessageCreation(new Reference(messageId));
        }

        @Override
        public String type() {
            return "message_creation";
        }

        /** The message. */
        public record Reference(String messageId) {}
    }

    /** It calls tools, all calls of one reply of the model together. */
    @JsonDeserialize
    record ToolCalls(List<StepToolCall> toolCalls) implements StepDetails {
        /** Makes absent calls empty. */
        public ToolCalls {
            toolCalls = Absent.orEmpty(toolCalls);
        }

        @Override
        public String type() {
            return "tool_calls";
        }
    }

    /** A kind of step this version does not know. */
    @JsonDeserialize
    record Unknown(@com.fasterxml.jackson.annotation.JsonValue JsonValue json) implements StepDetails {
        /** Keeps the whole JSON. */
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public Unknown {}

        @Override
        public String type() {
            return json.get("type").text();
        }
    }
}
