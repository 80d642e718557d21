package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.UnionDeserializer;
import java.util.List;
import java.util.Map;

/** What a run step does. */
@JsonDeserialize(using = StepDetails.Reader.class)
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

    /** It calls tools, all those of one reply of the model together. */
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
    record Unknown(@JsonValue ObjectNode json) implements StepDetails {
        @Override
        public String type() {
            return json.path("type").asText();
        }
    }

    /** Reads details by their {@code type}. */
    final class Reader extends UnionDeserializer<StepDetails> {
        private static final long serialVersionUID = 1L;

        /** For Jackson. */
        public Reader() {
            super(
                    StepDetails.class,
                    Map.of("message_creation", MessageCreation.class, "tool_calls", ToolCalls.class),
                    Unknown::new);
        }
    }
}
