package dev.runnel.testkit;

import java.util.List;

/**
 * A call of a function, as a model streams it.
 *
 * @param id        such as {@code call_1}
 * @param name      the function's name
 * @param arguments the JSON text of the arguments, cut into the fragments that are sent one per chunk
 */
public record ToolCall(String id, String name, List<String> arguments) {

    public ToolCall {
        arguments = List.copyOf(arguments);
    }

    /** {@code of("call_1", "weather", "{\"city\":", "\"Paris\"}")}. */
    public static ToolCall of(String id, String name, String... arguments) {
        return new ToolCall(id, name, List.of(arguments));
    }
}
