package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/** The calls whose outputs a run at {@link RunStatus#REQUIRES_ACTION} waits for, all in one request. */
@JsonPropertyOrder({"type", "submit_tool_outputs"})
public record RequiredAction(SubmitToolOutputs submitToolOutputs) {

    /** An action for these calls. */
    public static RequiredAction of(List<FunctionToolCall> toolCalls) {
        return new RequiredAction(new SubmitToolOutputs(toolCalls));
    }

    /** Always {@code "submit_tool_outputs"}: the protocol has no other. */
    @JsonProperty
    public String type() {
        return "submit_tool_outputs";
    }

    /** The calls that wait for an output. */
    public record SubmitToolOutputs(List<FunctionToolCall> toolCalls) {
        /** Keeps an unchangeable copy. */
        public SubmitToolOutputs {
            toolCalls = List.copyOf(toolCalls);
        }
    }

    /** A call of one of the caller's functions. */
    @JsonPropertyOrder({"id", "type", "function"})
    public record FunctionToolCall(String id, Call function) {
        /** Always {@code "function"}. */
        @JsonProperty
        public String type() {
            return "function";
        }

        /**
         * The call.
         *
         * @param arguments JSON as the model wrote it, which may be invalid
         */
        public record Call(String name, String arguments) {}
    }
}
