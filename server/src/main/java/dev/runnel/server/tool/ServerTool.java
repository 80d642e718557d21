package dev.runnel.server.tool;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.Tool;

/**
 * A tool that the server itself executes for a run, between two model calls. To the model it is a function; in the run's steps its calls
 * have the protocol's own shape. Thread-safe: all runs share it.
 */
public interface ServerTool {

    /** The tool's kind on the wire, by which assistants have it: {@code file_search}, {@code code_interpreter}. */
    String type();

    /**
     * The function that the model is told of. If the caller has a function of the same name, it gets another name there.
     *
     * @param settings the tool as the run has it
     */
    FunctionDefinition function(Tool settings);

    /**
     * Begins to show a call that the model writes.
     *
     * @param settings the tool as the run has it
     */
    CallDisplay display(Tool settings);

    /**
     * Carries a call out. It may take as long as the run may: when the run is cancelled, expires or the server stops, the thread is
     * interrupted, and what the tool {@linkplain ToolContext#closeAtEnd holds} is closed; what it then answers or throws does not count.
     * A call may be carried out again after a crash in the middle of it. The calls of one reply are carried out one after another.
     *
     * <p>What is wrong with the arguments is an output for the model, which may call again; not an exception.
     *
     * @throws ToolException if the call cannot be carried out, by the tool's fault: the run fails with these words
     */
    ToolResult execute(ToolCall call, ToolContext context) throws InterruptedException;
}
