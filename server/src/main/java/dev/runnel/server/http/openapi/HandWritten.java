package dev.runnel.server.http.openapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.StepToolCall;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Describes the JSON that the server writes by hand, for speed, and not from records. These records are used for the
 * OpenAPI document only.
 */
final class HandWritten {
    private HandWritten() {}

    /** The envelope of every error, in an answer and in a stream. */
    record ErrorResponse(ErrorObject error) {}

    /** As {@link ApiError}, but always with a type, as this server sends errors. */
    record ErrorObject(String message, String type, @Nullable String param, @Nullable String code) {}

    /** A fragment of a message. */
    record MessageDelta(String id, Content delta) {
        @JsonProperty
        public String object() {
            return "thread.message.delta";
        }

        record Content(List<Part> content) {}

        /** A fragment of one part of a message's content. */
        sealed interface Part {}

        record Text(int index, Value text) implements Part {
            @JsonProperty
            public String type() {
                return "text";
            }

            record Value(String value,
                    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<ObjectNode> annotations) {}
        }

        /** An image that code has made: the one fragment of its part. */
        record ImageFile(int index, Image imageFile) implements Part {
            @JsonProperty
            public String type() {
                return "image_file";
            }

            record Image(String fileId) {}
        }

        record Refusal(int index, String refusal) implements Part {
            @JsonProperty
            public String type() {
                return "refusal";
            }
        }
    }

    /** A fragment of a run step's tool calls. */
    record RunStepDelta(String id, Step delta) {
        @JsonProperty
        public String object() {
            return "thread.run.step.delta";
        }

        record Step(Details stepDetails) {}

        record Details(List<ToolCall> toolCalls) {
            @JsonProperty
            public String type() {
                return "tool_calls";
            }
        }

        /** A fragment of one call. */
        sealed interface ToolCall {}

        record Function(int index, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String id, Call function)
                implements
                    ToolCall {
            @JsonProperty
            public String type() {
                return "function";
            }

            @JsonInclude(JsonInclude.Include.NON_NULL)
            record Call(@Nullable String name, @Nullable String arguments, @Nullable String output) {}
        }

        /** A fragment of a call of the code interpreter: a piece of its input, or one of its outputs. */
        record CodeInterpreter(
                int index, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String id, Code codeInterpreter)
                implements
                    ToolCall {
            @JsonProperty
            public String type() {
                return "code_interpreter";
            }

            @JsonInclude(JsonInclude.Include.NON_NULL)
            record Code(@Nullable String input, @Nullable List<Output> outputs) {}

            /** An output, with its place among the outputs of the call. */
            sealed interface Output {}

            record Logs(int index, String logs) implements Output {
                @JsonProperty
                public String type() {
                    return "logs";
                }
            }

            record Image(int index, StepToolCall.CodeInterpreter.Image.Stored image) implements Output {
                @JsonProperty
                public String type() {
                    return "image";
                }
            }
        }

        /** The one fragment of a file search: its results come with the completed step. */
        record FileSearch(int index, String id, StepToolCall.FileSearch.Search fileSearch) implements ToolCall {
            @JsonProperty
            public String type() {
                return "file_search";
            }
        }
    }
}
