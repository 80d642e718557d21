package dev.runnel.testkit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The message of a chat completion, gathered from its pieces. */
final class ChatMessage {
    private final Map<String, StringBuilder> texts = new LinkedHashMap<>();
    private final List<ToolCall> toolCalls = new ArrayList<>();

    /** @param field the member of the message that the piece belongs to, such as {@code content} */
    void append(String field, String piece) {
        texts.computeIfAbsent(field, absent -> new StringBuilder()).append(piece);
    }

    /** Returns the call's index. */
    int append(ToolCall call) {
        toolCalls.add(call);
        return toolCalls.size() - 1;
    }

    ObjectNode json() {
        var json = JsonNodeFactory.instance.objectNode().put("role", "assistant").putNull("content").putNull("refusal");
        texts.forEach((field, text) -> json.put(field, text.toString()));
        json.putArray("annotations");
        if (!toolCalls.isEmpty()) {
            var calls = json.putArray("tool_calls");
            for (var call : toolCalls) {
                calls.addObject().put("id", call.id()).put("type", "function").putObject("function")
                        .put("name", call.name()).put("arguments", String.join("", call.arguments()));
            }
        }
        return json;
    }
}
