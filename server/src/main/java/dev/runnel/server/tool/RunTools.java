package dev.runnel.server.tool;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.Tool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One run's tools as its model sees them: as functions, both the caller's and those that the server executes.
 * Immutable.
 */
public final class RunTools {
    private final List<FunctionDefinition> functions = new ArrayList<>();
    private final Map<String, Offered> byType = new LinkedHashMap<>();

    /**
     * A tool that the server executes, as it is offered to the run's model.
     *
     * @param settings the tool's entry in the run's tools
     * @param name the function's name
     */
    public record Offered(ServerTool tool, Tool settings, String name) {}

    RunTools(Run run, Function<String, Optional<ServerTool>> tools) {
        Set<String> names = new HashSet<>();
        for (Tool tool : run.tools()) {
            if (tool instanceof Tool.Function function) {
                names.add(function.function().name());
            }
        }
        for (Tool tool : run.tools()) {
            if (tool instanceof Tool.Function function) {
                functions.add(function.function());
            } else if (!byType.containsKey(tool.type())) {
                tools.apply(tool.type()).ifPresent(serverTool -> offer(serverTool, tool, names));
            }
        }
    }

    private void offer(ServerTool tool, Tool settings, Set<String> names) {
        FunctionDefinition function = tool.function(settings);
        String name = function.name();
        while (!names.add(name)) {
            name += "_";
        }
        functions.add(new FunctionDefinition(
                name, function.description(), function.parameters(), function.strict()));
        byType.put(tool.type(), new Offered(tool, settings, name));
    }

    /** The functions that are offered to the model, in the order of the run's tools. */
    public List<FunctionDefinition> functions() {
        return List.copyOf(functions);
    }

    /** The server's tool of a kind; empty if the run does not have it. */
    public Optional<Offered> ofType(String type) {
        return Optional.ofNullable(byType.get(type));
    }

    /** The server's tool whose function has a name; empty if the function is the caller's or is unknown. */
    public Optional<Offered> named(String name) {
        return byType.values().stream().filter(offered -> offered.name().equals(name)).findFirst();
    }
}
