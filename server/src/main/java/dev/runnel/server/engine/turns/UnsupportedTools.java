package dev.runnel.server.engine.turns;

import dev.runnel.protocol.Run;
import dev.runnel.protocol.Tool;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.tool.ServerTools;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Handles runs whose assistant has tools that this server does not have, such as an imported assistant. The run is refused, or the tools
 * are left out of its prompts and the log says so once for each assistant. Thread-safe.
 */
public final class UnsupportedTools {
    private static final System.Logger LOG = System.getLogger(UnsupportedTools.class.getName());

    /** For how many assistants the warning is remembered. Further assistants get no warning. */
    private static final int MAX_REMEMBERED = 10_000;

    private static final String FILE_SEARCH = "'file_search'";

    private final ServerTools tools;
    private final boolean ignored;
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    public UnsupportedTools(ServerTools tools, boolean ignored) {
        this.tools = tools;
        this.ignored = ignored;
    }

    /** Why a tool is missing that other servers have. */
    private static String reason(String names) {
        return names.contains(FILE_SEARCH) ? " (this server was built without search in files)" : "";
    }

    public void check(Run run) {
        String names = run.tools().stream()
                .filter(tool -> !(tool instanceof Tool.Function) && !tools.has(tool.type()))
                .map(tool -> "'" + tool.type() + "'")
                .distinct()
                .collect(Collectors.joining(", "));
        if (names.isEmpty()) {
            return;
        }
        if (!ignored) {
            throw RejectedException.unsupportedTools(run.assistantId(), names + reason(names));
        }
        if (said.size() < MAX_REMEMBERED && said.add(run.assistantId())) {
            LOG.log(Level.WARNING, "assistant {0} has tools that this server does not support: {1}. The server leaves"
                    + " them out of prompts.", run.assistantId(), names);
        }
    }
}
