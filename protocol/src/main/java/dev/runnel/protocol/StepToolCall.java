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
    @JsonSubTypes.Type(name = "code_interpreter", value = StepToolCall.CodeInterpreter.class),
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

    /** Code that the model has written and the server has run. */
    @JsonDeserialize
    record CodeInterpreter(String id, Code codeInterpreter) implements StepToolCall {
        @Override
        public String type() {
            return "code_interpreter";
        }

        /**
         * The call.
         *
         * @param input the code
         * @param outputs what it printed and the images that it made; empty until it was run
         */
        public record Code(String input, List<Output> outputs) {
            /** Makes absent parts empty. */
            public Code {
                input = Absent.orEmpty(input);
                outputs = Absent.orEmpty(outputs);
            }
        }

        /** An output of code. */
        @JsonDeserialize(using = UnionDeserializer.class)
        @JsonSubTypes({
            @JsonSubTypes.Type(name = "logs", value = Logs.class),
            @JsonSubTypes.Type(name = "image", value = Image.class),
            @JsonSubTypes.Type(Unknown.class)
        })
        @JsonPropertyOrder("type")
        public sealed interface Output {
            /** The kind on the wire. */
            @JsonProperty
            String type();
        }

        /** The output that the code printed. */
        @JsonDeserialize
        public record Logs(String logs) implements Output {
            /** Makes absent text empty. */
            public Logs {
                logs = Absent.orEmpty(logs);
            }

            @Override
            public String type() {
                return "logs";
            }
        }

        /** An image that the code made. */
        @JsonDeserialize
        public record Image(Stored image) implements Output {
            @Override
            public String type() {
                return "image";
            }

            /** The image as a file. */
            public record Stored(String fileId) {}
        }

        /** An output of a kind that this version does not know, as it is on the wire. */
        @JsonDeserialize
        public record Unknown(@com.fasterxml.jackson.annotation.JsonValue JsonValue json) implements Output {
            /** Keeps the whole JSON. */
            @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
            public Unknown {}

            @Override
            public String type() {
                return json.get("type").text();
            }
        }
    }

    /** A call of an unknown kind, as it is on the wire. */
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
