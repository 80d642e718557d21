package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import org.jspecify.annotations.Nullable;

/** One tool call of a run step. */
@JsonDeserialize(using = Unions.StepToolCallReader.class)
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

    /** A call of a server tool ({@code code_interpreter}, {@code file_search}), or of an unknown kind, as it is on the wire. */
    record Other(@com.fasterxml.jackson.annotation.JsonValue JsonValue json) implements StepToolCall {
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
