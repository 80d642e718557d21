package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import org.jspecify.annotations.Nullable;

/** A tool that an assistant or a run may call. */
@JsonDeserialize(using = Unions.ToolReader.class)
@JsonPropertyOrder("type")
public sealed interface Tool {

    /** The tool's kind on the wire. */
    @JsonProperty
    String type();

    /** A function that the caller executes: the run stops at {@code requires_action} and waits for its output. */
    @JsonDeserialize
    record Function(FunctionDefinition function) implements Tool {
        @Override
        public String type() {
            return "function";
        }
    }

    /** Python in a sandbox on the server. */
    @JsonDeserialize
    record CodeInterpreter() implements Tool {
        @Override
        public String type() {
            return "code_interpreter";
        }
    }

    /**
     * Search in vector stores.
     *
     * @param fileSearch its options as they are on the wire; null for the defaults
     */
    @JsonDeserialize
    record FileSearch(@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonValue fileSearch) implements Tool {
        @Override
        public String type() {
            return "file_search";
        }
    }

    /** A kind of tool this version does not know. */
    record Unknown(@com.fasterxml.jackson.annotation.JsonValue JsonValue json) implements Tool {
        @Override
        public String type() {
            return json.get("type").text();
        }
    }
}
