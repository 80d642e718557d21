package dev.runnel.protocol.responses;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import java.util.List;
import java.util.Map;

/** The tools of a request that creates a response, as they are on the wire. */
public final class ResponseTools {
    private ResponseTools() {}

    /** A function of the caller's. Unlike for an assistant, its name stands beside its type. */
    public static JsonValue function(FunctionDefinition definition) {
        return tool("function").with(JsonValue.of(Json.tree(definition)).asMap());
    }

    /** A search in these vector stores. */
    public static JsonValue fileSearch(List<String> vectorStoreIds) {
        return tool("file_search").with(Map.of("vector_store_ids", vectorStoreIds));
    }

    /** The interpreter for code that the model writes, in the container of the conversation. */
    public static JsonValue codeInterpreter() {
        return tool("code_interpreter").with(Map.of("container", Map.of("type", "auto")));
    }

    private static JsonValue tool(String type) {
        return JsonValue.EMPTY_OBJECT.with(Map.of("type", type));
    }
}
