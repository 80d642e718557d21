package dev.runnel.server.tool;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.Tool;

/**
 * A tool that the server itself executes for a run, between two model calls. For the model it is a function. In the
 * run's steps its calls have the shape that the protocol gives to its kind. Thread-safe: all runs share it.
 */
public interface ServerTool {

    /** The tool's kind on the wire, as in an assistant's tools: {@code file_search}, {@code code_interpreter}. */
    String type();

    /**
     * The function that is offered to the model. It is renamed if the caller has a function of the same name.
     *
     * @param settings the tool as the run has it
     */
    FunctionDefinition function(Tool settings);

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
}
