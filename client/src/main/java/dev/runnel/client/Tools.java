package dev.runnel.client;

import dev.runnel.protocol.RequiredAction.FunctionToolCall;
import dev.runnel.protocol.Tool;
import dev.runnel.protocol.ToolOutputsRequest.ToolOutput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The functions that a run may call while its stream is read. Immutable; as thread-safe as they are.
 *
 * <pre>{@code
 * record Place(String city) {}
 *
 * Tools tools = Tools.of(FunctionTool.of("get_weather", "Current weather", Place.class, place -> weatherIn(place.city())));
 * }</pre>
 *
 * <p>A call of a function that is not there, or with arguments that cannot be read, is answered with words that say so, as the model
 * may do better then. What a function throws is thrown to whoever reads the stream; the run then waits in {@code requires_action}
 * until it expires.
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

    /** Their definitions, for an assistant's or a run's {@code tools}. */
    public List<Tool> definitions() {
        return byName.values().stream().<Tool>map(FunctionTool::tool).toList();
    }

    /** Answers calls, one after the other. */
    List<ToolOutput> answer(List<FunctionToolCall> calls) {
        return calls.stream().map(call -> new ToolOutput(call.id(), answer(call.function()))).toList();
    }

    private String answer(FunctionToolCall.Call call) {
        FunctionTool<?> function = byName.get(call.name());
        return function == null
                ? "There is no function " + call.name() + "; there are " + byName.keySet() + "."
                : function.call(call.arguments());
    }
}
