package dev.runnel.protocol.responses;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonValue;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An item of a response or of a conversation. */
@JsonDeserialize(using = ResponseItem.Unknown.Reader.class)
@JsonPropertyOrder({"id", "type"})
public sealed interface ResponseItem {
    /** The status of an item that is whole. Also that of an item whose server leaves the status out. */
    String COMPLETED = "completed";

    /** The item's id. */
    @JsonProperty
    String id();

    /** The item's kind on the wire. */
    @JsonProperty
    String type();

    /**
     * A message.
     *
     * @param status {@code in_progress}, {@code completed} or {@code incomplete}
     * @param role {@code user}, {@code assistant}, {@code system} or {@code developer}
     * @param content its parts, as they are on the wire
     */
    @JsonDeserialize
    record Message(String id, String status, String role, List<JsonValue> content) implements ResponseItem {
        /** Gives the components that a server left out their defaults. */
        public Message {
            id = Objects.requireNonNullElse(id, "");
            status = Objects.requireNonNullElse(status, COMPLETED);
            content = Objects.requireNonNullElse(content, List.of());
        }

        @Override
        public String type() {
            return "message";
        }
    }

    /**
     * A call of one of the caller's functions.
     *
     * @param callId by which the output names the call
     * @param arguments JSON as the model wrote it
     * @param status {@code in_progress}, {@code completed} or {@code incomplete}
     */
    @JsonDeserialize
    record FunctionCall(String id, String callId, String name, String arguments, String status)
            implements
                ResponseItem {
        /** Gives the components that a server left out their defaults. */
        public FunctionCall {
            id = Objects.requireNonNullElse(id, "");
            status = Objects.requireNonNullElse(status, COMPLETED);
        }

        @Override
        public String type() {
            return "function_call";
        }
    }

    /**
     * The output of a function call.
     *
     * @param output text, or an array of parts
     */
    @JsonDeserialize
    record FunctionCallOutput(String id, String callId, JsonValue output, String status) implements ResponseItem {
        /** Gives the components that a server left out their defaults. */
        public FunctionCallOutput {
            id = Objects.requireNonNullElse(id, "");
            status = Objects.requireNonNullElse(status, COMPLETED);
        }

        @Override
        public String type() {
            return "function_call_output";
        }
    }

    /**
     * A search in vector stores.
     *
     * @param status {@code in_progress}, {@code searching}, {@code completed}, {@code incomplete} or {@code failed}
     * @param queries what was searched for
     * @param results what was found; null unless the request asked to include it
     */
    @JsonDeserialize
    record FileSearchCall(String id, String status, List<String> queries, @Nullable List<Found> results)
            implements
                ResponseItem {
        /** Gives the components that a server left out their defaults. */
        public FileSearchCall {
            queries = Objects.requireNonNullElse(queries, List.of());
        }

        @Override
        public String type() {
            return "file_search_call";
        }
    }

    /**
     * A passage that was found.
     *
     * @param score from 0 to 1
     */
    record Found(String fileId, String filename, double score, String text, JsonValue attributes) {}

    /**
     * Code that the model has written and the server runs.
     *
     * @param status {@code in_progress}, {@code interpreting}, {@code completed}, {@code incomplete} or {@code failed}
     * @param containerId the container of the thread's code
     * @param outputs what the code printed and the images that it made, as they are on the wire; null unless the request
     *     asked to include them
     */
    @JsonDeserialize
    record CodeInterpreterCall(
            String id, String status, String containerId, String code, @Nullable List<JsonValue> outputs)
            implements
                ResponseItem {
        @Override
        public String type() {
            return "code_interpreter_call";
        }
    }

    /**
     * The reasoning of a model.
     *
     * @param summary empty: the models that this server asks give none
     * @param content its parts, as they are on the wire
     * @param status {@code in_progress}, {@code completed} or {@code incomplete}
     */
    @JsonDeserialize
    record Reasoning(String id, List<JsonValue> summary, List<JsonValue> content, String status)
            implements
                ResponseItem {
        /** Gives the components that a server left out their defaults. */
        public Reasoning {
            summary = Objects.requireNonNullElse(summary, List.of());
            content = Objects.requireNonNullElse(content, List.of());
            status = Objects.requireNonNullElse(status, COMPLETED);
        }

        @Override
        public String type() {
            return "reasoning";
        }
    }

    /** A kind of item this version does not know. */
    record Unknown(@com.fasterxml.jackson.annotation.JsonValue JsonValue json) implements ResponseItem {
        @Override
        public String id() {
            return json.get("id").text();
        }

        @Override
        public String type() {
            return json.get("type").text();
        }

        /** Reads an item of any kind by its {@code type}. Here, and not beside this record, it is not published. */
        static final class Reader extends StdDeserializer<ResponseItem> {
            private static final long serialVersionUID = 1L;

            private static final Map<String, Class<? extends ResponseItem>> KINDS = Map.of(
                    "message", ResponseItem.Message.class,
                    "function_call", ResponseItem.FunctionCall.class,
                    "function_call_output", ResponseItem.FunctionCallOutput.class,
                    "file_search_call", ResponseItem.FileSearchCall.class,
                    "code_interpreter_call", ResponseItem.CodeInterpreterCall.class,
                    "reasoning", ResponseItem.Reasoning.class);

            Reader() {
                super(ResponseItem.class);
            }

            @Override
            public @Nullable ResponseItem deserialize(JsonParser parser, DeserializationContext context)
                    throws IOException {
                JsonNode tree = context.readTree(parser);
                if (!(tree instanceof ObjectNode object)) {
                    return context.reportInputMismatch(handledType(), "expected an object, got %s", tree.getNodeType());
                }
                Class<? extends ResponseItem> type = KINDS.get(object.path("type").asText());
                return type == null
                        ? new ResponseItem.Unknown(context.readTreeAsValue(object, JsonValue.class))
                        : context.readTreeAsValue(object, type);
            }
        }
    }
}
