package dev.runnel.client;

import dev.runnel.protocol.RequiredAction.FunctionToolCall;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.ToolOutputsRequest.ToolOutput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The functions that a model may call while a run or a chat completion is read. Immutable. Thread-safe if the functions are.
 *
 * <pre>{@code
 * record Place(String city) {}
 *
 * Tools tools = Tools.of(FunctionTool.of("get_weather", "Current weather", Place.class, place -> weatherIn(place.city())));
 * }</pre>
 *
 * <p>If the model calls an unknown function, or sends arguments that cannot be read, the output tells the model so, and it can
 * correct its call. If a function throws an exception, the output tells the model its class and message, unless {@link
 * RunOptions} or {@link ChatOptions} say otherwise.
 */
public final class Tools {
    private final Map<String, FunctionTool<?>> byName = new LinkedHashMap<>();

    private Tools(List<FunctionTool<?>> functions) {
        for (FunctionTool<?> function : functions) {
            if (byName.put(function.name(), function) != null) {
                throw new IllegalArgumentException("two functions are named " + function.name());
            }
        }
    }

    /**
     * These functions.
     *
     * @throws IllegalArgumentException if two have the same name
     */
    public static Tools of(FunctionTool<?>... functions) {
        return new Tools(List.of(functions));
    }

    /** The functions' definitions, for an assistant's or a run's {@code tools}. */
    public List<Tool> definitions() {
        return byName.values().stream().<Tool>map(FunctionTool::tool).toList();
    }

    /**
     * Answers calls, one after the other.
     *
     * @param failuresThrown whether exceptions of functions are thrown; after an interrupt of the thread they always are,
     *     because the answer is not needed then
     */
    List<ToolOutput> answer(List<FunctionToolCall> calls, boolean failuresThrown) {
        return calls.stream()
                .map(call -> new ToolOutput(call.id(), answer(call.function(), failuresThrown)))
                .toList();
    }

    private String answer(FunctionToolCall.Call call, boolean failuresThrown) {
        FunctionTool<?> function = byName.get(call.name());
        if (function == null) {
            return "There is no function " + call.name() + "; there are " + byName.keySet() + ".";
        }
        try {
            return function.call(call.arguments());
        } catch (RuntimeException e) {
            if (failuresThrown || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return "The function " + call.name() + " failed: " + e;
        }
    }
}
