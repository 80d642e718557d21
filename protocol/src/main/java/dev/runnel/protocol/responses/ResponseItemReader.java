package dev.runnel.protocol.responses;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonValue;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads an item by its {@code type}. An unknown kind keeps its JSON. */
final class ResponseItemReader extends StdDeserializer<ResponseItem> {
    private static final long serialVersionUID = 1L;

    private static final Map<String, Class<? extends ResponseItem>> KINDS = Map.of(
            "message", ResponseItem.Message.class,
            "function_call", ResponseItem.FunctionCall.class,
            "function_call_output", ResponseItem.FunctionCallOutput.class,
            "file_search_call", ResponseItem.FileSearchCall.class,
            "code_interpreter_call", ResponseItem.CodeInterpreterCall.class,
            "reasoning", ResponseItem.Reasoning.class);

    ResponseItemReader() {
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
