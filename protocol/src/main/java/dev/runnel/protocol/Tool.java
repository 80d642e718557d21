package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import org.jspecify.annotations.Nullable;

/** A tool that an assistant or a run may call. */
@JsonDeserialize(using = UnionDeserializer.class)
@JsonSubTypes({
    @JsonSubTypes.Type(name = "function", value = Tool.Function.class),
    @JsonSubTypes.Type(name = "code_interpreter", value = Tool.CodeInterpreter.class),
    @JsonSubTypes.Type(name = "file_search", value = Tool.FileSearch.class),
    @JsonSubTypes.Type(Tool.Unknown.class)
})
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
     * Search in the vector stores of the assistant and the thread.
     *
     * @param fileSearch its options; null for the defaults
     */
    @JsonDeserialize
    record FileSearch(@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Options fileSearch) implements Tool {
        @Override
        public String type() {
            return "file_search";
        }

        /**
         * The options.
         *
         * @param maxNumResults how many passages a search finds at most, from 1 to 50; null for 20
         * @param rankingOptions which passages count; null for all
         */
        @JsonInclude(JsonInclude.Include.NON_NULL)
        public record Options(@Nullable Integer maxNumResults, @Nullable RankingOptions rankingOptions) {}
    }

    /** A kind of tool this version does not know. */
    @JsonDeserialize
    record Unknown(@com.fasterxml.jackson.annotation.JsonValue JsonValue json) implements Tool {
        /** Keeps the whole JSON. */
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public Unknown {}

        @Override
        public String type() {
            return json.get("type").text();
        }
    }
}
