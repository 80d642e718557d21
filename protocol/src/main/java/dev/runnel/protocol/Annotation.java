package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;

/** A note on a part of a message's text, such as the file that it cites. */
@JsonDeserialize(using = UnionDeserializer.class)
@JsonSubTypes({
    @JsonSubTypes.Type(name = "file_citation", value = Annotation.FileCitation.class),
    @JsonSubTypes.Type(name = "file_path", value = Annotation.FilePath.class),
    @JsonSubTypes.Type(Annotation.Unknown.class)
})
@JsonPropertyOrder("type")
public sealed interface Annotation {

    /** The annotation's kind on the wire. */
    @JsonProperty
    String type();

    /**
     * A marker in the text that cites a file, such as {@code 【4:0†tides.md】}.
     *
     * @param text the marker, as it is in the text
     * @param startIndex where it begins, in Unicode characters (code points) from the beginning of the text
     * @param endIndex where the text after it begins
     */
    @JsonDeserialize
    @JsonPropertyOrder({"type", "text", "startIndex", "endIndex"})
    record FileCitation(String text, int startIndex, int endIndex, Reference fileCitation) implements Annotation {
        @Override
        public String type() {
            return "file_citation";
        }
    }

    /**
     * A link in the text to a file that a tool has made, such as {@code sandbox:/mnt/data/plot.csv}.
     *
     * @param text the link, as it is in the text
     * @param startIndex where it begins, in Unicode characters (code points) from the beginning of the text
     * @param endIndex where the text after it begins
     */
    @JsonDeserialize
    @JsonPropertyOrder({"type", "text", "startIndex", "endIndex"})
    record FilePath(String text, int startIndex, int endIndex, Reference filePath) implements Annotation {
        @Override
        public String type() {
            return "file_path";
        }
    }

    /** A kind of annotation this version does not know. */
    @JsonDeserialize
    record Unknown(@com.fasterxml.jackson.annotation.JsonValue JsonValue json) implements Annotation {
        /** Keeps the whole JSON. */
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public Unknown {}

        @Override
        public String type() {
            return json.get("type").text();
        }
    }

    /** The file. */
    record Reference(String fileId) {}
}
