package dev.runnel.server.tool;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.Tool;
import java.util.Optional;

/**
 * A tool that the server itself executes for a run, between two model calls. For the model it is a function. In the
 * run's steps its calls have the shape that the protocol gives to its kind. Thread-safe: all runs share it.
 */
public interface ServerTool {

    /** The tool's kind on the wire, as in an assistant's tools: {@code file_search}, {@code code_interpreter}. */
    String type();

    /**
     * The function that is offered to the model. It is renamed if the caller has a function of the same name. Empty if
     * the model is not told of the tool, as the server {@linkplain #unasked calls it by itself}.
     *
     * @param settings the tool as the run has it
     */
    Optional<FunctionDefinition> function(Tool settings);

    /**
     * The arguments of a call that the server makes by itself, before it first asks the run's model. The model finds
     * the output behind the user's last message. Empty if the model alone calls the tool.
     *
     * @param question the text of the user's last message
     */
    default Optional<String> unasked(String question) {
        return Optional.empty();
    }

    /** Whether the model's text cites what the tool has found. */
    default boolean cited() {
        return false;
    }

    /**
     * Prepares for a run, each time the run begins to be executed. It may take as long as a call, and is ended as one
     * is.
     *
     * @throws ToolException if the tool cannot be used; the run fails with this message
     */
    default void prepare(Run run) throws InterruptedException {}

    /**
     * Begins to show a call that the model is writing.
     *
     * @param settings the tool as the run has it
     */
    CallDisplay display(Tool settings);

    /**
     * Carries out a call. It may take as long as its run may. When the run is cancelled or expires, or the server
     * stops, the thread is interrupted and the resource that the tool {@linkplain ToolContext#closeAtEnd holds} is
     * closed; the call's result or exception is then ignored. After a crash during the call it may be carried out
     * again. The calls of one reply are carried out one after another.
     *
     * <p>Wrong arguments are no reason for an exception: the output tells the model what is wrong, and the model may
     * call again.
     *
     * @throws ToolException if the call cannot be carried out, through the tool's fault; the run fails with this
     *     message
     */
    ToolResult execute(ToolCall call, ToolContext context) throws InterruptedException;

    /**
     * Whether the tool keeps on this node what later calls of a thread need. If so, other nodes may have it carry out calls
     * here.
     */
    default boolean keepsOnNode() {
        return false;
    }

    /**
     * Carries out a call for another node, which executes the run, because by the tool's notes this node has what the call
     * needs. As {@link #execute} otherwise.
     *
     * @return empty if this node does not have it any more; then the call has done nothing
     */
    default Optional<ToolResult> executeForAnother(ToolCall call, ToolContext context) throws InterruptedException {
        return Optional.empty();
    }

    /**
     * Lets go of what the tool has for a thread that was deleted. It does not wait for long, and does not fail.
     *
     * @param kept what the tool {@linkplain ToolContext#keep kept} with the thread
     */
    default void threadDeleted(JsonValue kept) {}
}
