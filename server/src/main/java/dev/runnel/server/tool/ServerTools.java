package dev.runnel.server.tool;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Run;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tools that a server has. Thread-safe. */
public final class ServerTools {
    /** A server without tools. */
    public static final ServerTools NONE = new ServerTools(List.of());

    private final Map<String, ServerTool> byType = new LinkedHashMap<>();

    /**
     * A server with these tools.
     *
     * @throws IllegalArgumentException if two tools are of one kind
     */
    public ServerTools(List<ServerTool> tools) {
        for (ServerTool tool : tools) {
            if (byType.putIfAbsent(tool.type(), tool) != null) {
                throw new IllegalArgumentException("two tools of the kind '" + tool.type() + "'");
            }
        }
    }

    /** These tools, and one more unless they have one of its kind. */
    public ServerTools with(ServerTool tool) {
        if (has(tool.type())) {
            return this;
        }
        List<ServerTool> all = new ArrayList<>(byType.values());
        all.add(tool);
        return new ServerTools(all);
    }

    /** Whether the server has a tool of a kind. */
    public boolean has(String type) {
        return byType.containsKey(type);
    }

    /** Whether a tool {@linkplain ServerTool#keepsOnNode keeps} on this node what later calls need. */
    public boolean keepOnNode() {
        return byType.values().stream().anyMatch(ServerTool::keepsOnNode);
    }

    /**
     * Has the tools let go of what they have for a thread that was deleted.
     *
     * @param kept what tools kept with the thread, by their kinds
     */
    public void threadDeleted(Map<String, JsonValue> kept) {
        kept.forEach((type, value) -> Optional.ofNullable(byType.get(type))
                .ifPresent(tool -> tool.threadDeleted(value)));
    }

    /** A run's tools as its model sees them. */
    public RunTools of(Run run) {
        return new RunTools(run, type -> Optional.ofNullable(byType.get(type)));
    }
}
