package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.util.List;

/** A part of a message's content. */
@JsonDeserialize(using = UnionDeserializer.class)
@JsonSubTypes({
    @JsonSubTypes.Type(name = "text", value = MessageContent.Text.class),
    @JsonSubTypes.Type(name = "refusal", value = MessageContent.Refusal.class),
    @JsonSubTypes.Type(name = "image_file", value = MessageContent.ImageFile.class),
    @JsonSubTypes.Type(name = "image_url", value = MessageContent.ImageUrl.class),
    @JsonSubTypes.Type(MessageContent.Unknown.class)
})
@JsonPropertyOrder("type")
public sealed interface MessageContent {

    /** The part's kind on the wire. */
    @JsonProperty
    String type();

    /** Text with its annotations. */
    @JsonDeserialize
    record Text(Value text) implements MessageContent {

        /** Plain text without annotations. */
        public static Text of(String value) {
            return new Text(new Value(value, List.of()));
        }

        @Override
        public String type() {
            return "text";
        }

        /**
         * The text itself.
         *
         * @param annotations file citations and paths; never null
         */
        public record Value(String value, List<Annotation> annotations) {
            /** Makes absent annotations empty. */
            public Value {
                value = Absent.orEmpty(value);
                annotations = Absent.orEmpty(annotations);
            }
        }
    }

    /** The model's refusal to answer. */
    @JsonDeserialize
    record Refusal(String refusal) implements MessageContent {
        @Override
        public String type() {
            return "refusal";
        }
    }

    /** An image that was uploaded as a file; {@code file_id} and {@code detail} as they are on the wire. */
    @JsonDeserialize
    record ImageFile(JsonValue imageFile) implements MessageContent {
        @Override
        public String type() {
            return "image_file";
        }
    }

    /** An image on the web; {@code url} and {@code detail} as they are on the wire. */
    @JsonDeserialize
    record ImageUrl(JsonValue imageUrl) implements MessageContent {
        @Override
        public String type() {
            return "image_url";
        }
    }

    /** A kind of content this version does not know. */
    @JsonDeserialize
    record Unknown(@com.fasterxml.jackson.annotation.JsonValue JsonValue json) implements MessageContent {
        /** Keeps the whole JSON. */
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public Unknown {}

        @Override
        public String type() {
            return json.get("type").text();
        }
    }
}
