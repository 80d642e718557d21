package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One tool call of a run step. */
@JsonDeserialize(using = UnionDeserializer.class)
@JsonSubTypes({
    @JsonSubTypes.Type(name = "function", value = StepToolCall.Function.class),
    @JsonSubTypes.Type(name = "file_search", value = StepToolCall.FileSearch.class),
    @JsonSubTypes.Type(StepToolCall.Other.class)
})
@JsonPropertyOrder({"id", "type"})
public sealed interface StepToolCall {

    /** The call's id. */
    @JsonProperty
    String id();

    /** The tool's kind on the wire. */
    @JsonProperty
    String type();

    /** A call of one of the caller's functions. */
    @JsonDeserialize
    record Function(String id, Call function) implements StepToolCall {
        @Override
        public String type() {
            return "function";
        }

        /** The same call with its output. */
        public Function withOutput(String output) {
            return new Function(id, new Call(function.name, function.arguments, output));
        }

        /**
         * The call.
         *
         * @param arguments JSON as the model wrote it
         * @param output the caller's output; null until the caller has sent it
         */
        public record Call(String name, String arguments, @Nullable String output) {
            /** Makes absent text empty. */
            public Call {
                name = Absent.orEmpty(name);
                arguments = Absent.orEmpty(arguments);
            }
        }
    }

    /** A search in the vector stores of the assistant and the thread. */
    @JsonDeserialize
    record FileSearch(String id, Search fileSearch) implements StepToolCall {
        @Override
        public String type() {
            return "file_search";
        }

        /**
         * The search.
         *
         * @param rankingOptions how passages were ranked; null if it was not told
         * @param results what was found, the best first; empty until the step is completed
         */
        public record Search(
                @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable RankingOptions rankingOptions,
                List<Result> results) {
            /** Makes absent results empty. */
            public Search {
                results = Absent.orEmpty(results);
            }
        }

        /**
         * A passage that was found.
         *
         * @param score from 0 to 1
         * @param content its text; null unless the request asked to include it
         */
        public record Result(
                String fileId, String fileName, double score,
                @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Content> content) {
            /** Makes an absent name empty: some servers leave it out. */
            public Result {
                fileName = Absent.orEmpty(fileName);
                content = content == null ? null : List.copyOf(content);
            }
        }

        /** Text of a passage. */
        @JsonPropertyOrder("type")
        public record Content(String text) {
            /** Makes absent text empty. */
            public Content {
                text = Absent.orEmpty(text);
            }

            /** Always {@code "text"}. */
            @JsonProperty
            public String type() {
                return "text";
            }
        }
    }

    /** A call of a server tool ({@code code_interpreter}), or of an unknown kind, as it is on the wire. */
    @JsonDeserialize
    record Other(@com.fasterxml.jackson.annotation.JsonValue JsonValue json) implements StepToolCall {
        /** Keeps the whole JSON. */
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public Other {}

        @Override
        public String id() {
            return json.get("id").text();
        }

        @Override
        public String type() {
            return json.get("type").text();
        }
    }
}
