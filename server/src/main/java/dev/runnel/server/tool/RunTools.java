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
    private final Run run;
    private final List<FunctionDefinition> functions = new ArrayList<>();
    private final Map<String, Offered> byType = new LinkedHashMap<>();

    /**
     * A tool that the server executes for the run.
     *
     * @param settings the tool's entry in the run's tools
     * @param name the function's name; empty if the model is not told of the tool
     */
    public record Offered(ServerTool tool, Tool settings, String name) {}

    RunTools(Run run, Function<String, Optional<ServerTool>> tools) {
        this.run = run;
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
        Optional<FunctionDefinition> offered = tool.function(settings);
        if (offered.isEmpty()) {
            byType.put(tool.type(), new Offered(tool, settings, ""));
            return;
        }
        FunctionDefinition function = offered.get();
        String name = function.name();
        while (!names.add(name)) {
            name += "_";
        }
        functions.add(new FunctionDefinition(
                name, function.description(), function.parameters(), function.strict()));
        byType.put(tool.type(), new Offered(tool, settings, name));
    }

    /** The same run's tools as its model sees them once no more of the server's are carried out. */
    public RunTools ofCaller() {
        return new RunTools(run, _ -> Optional.empty());
    }

    /** The functions that are offered to the model, in the order of the run's tools. */
    public List<FunctionDefinition> functions() {
        return List.copyOf(functions);
    }

    /** The server's tools that the run has. */
    public List<Offered> ofServer() {
        return List.copyOf(byType.values());
    }

    /** The server's tool of a kind; empty if the run does not have it, or the model is not told of it. */
    public Optional<Offered> ofType(String type) {
        return Optional.ofNullable(byType.get(type)).filter(offered -> !offered.name().isEmpty());
    }

    /** The server's tool whose function has a name; empty if the function is the caller's or is unknown. */
    public Optional<Offered> named(String name) {
        return byType.values().stream()
                .filter(offered -> offered.name().equals(name) && !name.isEmpty())
                .findFirst();
    }

    /** Whether the model's text cites what one of the tools has found. */
    public boolean cited() {
        return byType.values().stream().anyMatch(offered -> offered.tool().cited());
    }
}
