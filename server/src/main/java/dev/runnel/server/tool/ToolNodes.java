package dev.runnel.server.tool;

import dev.runnel.protocol.JsonValue;
import java.util.Optional;

/**
 * The nodes that share a database, for tools that keep something on one of them, such as a session for a thread's code.
 * Thread-safe.
 */
public interface ToolNodes {
    /** The name of this node. Where several nodes may share a database, it is a new one at each start. */
    String own();

    /**
     * Has another node {@linkplain ServerTool#executeForAnother carry out} a call, and waits for it. What the call shows and keeps
     * there is shown and kept by this node, when the call is over. If the run is stopped, the call ends there too.
     *
     * @return empty if the other node is not there any more, or does not have what the call needs. Its answer, should there be one
     *     later, is lost
     * @throws ToolException if the call cannot be carried out
     */
    Optional<ToolResult> execute(String node, ToolCall call, ToolContext context) throws InterruptedException;

    /**
     * Has another node let go of what a tool has there for a thread that was deleted. Does not wait for it, and does not fail.
     *
     * @param tool the tool's kind
     * @param kept what the tool kept with the thread
     */
    void threadDeleted(String node, String tool, JsonValue kept);
}
