package dev.runnel.server;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Tool;
import dev.runnel.server.tool.CallDisplay;
import dev.runnel.server.tool.ServerTool;
import dev.runnel.server.tool.ToolCall;
import dev.runnel.server.tool.ToolContext;
import dev.runnel.server.tool.ToolResult;
import java.util.Map;
import java.util.Optional;

/** A tool of the server's that does what a test says. Its calls have the shape of a tool of the protocol. */
record ScriptedTool(String type, String name, JsonValue start, boolean streamed, Work work) implements ServerTool {

    /** The work for a call. */
    @FunctionalInterface
    interface Work {
        ToolResult execute(ToolCall call, ToolContext context) throws InterruptedException;
    }

    /** Shown as a code interpreter: its arguments, as they come, are its input. */
    static ScriptedTool python(Work work) {
        JsonValue start = JsonValue.parse("{\"input\":\"\",\"outputs\":[]}");
        return new ScriptedTool("code_interpreter", "python", start, true, work);
    }

    /** Shown as a file search: nothing but its results. */
    static ScriptedTool search(Work work) {
        return new ScriptedTool("file_search", "search", JsonValue.parse("{\"results\":[]}"), false, work);
    }

    /** A call that ends when its run does. */
    static ToolResult never() throws InterruptedException {
        Thread.sleep(Long.MAX_VALUE); // until it is interrupted
        return ToolResult.of("");
    }

    @Override
    public Optional<FunctionDefinition> function(Tool settings) {
        return Optional.of(
                new FunctionDefinition(name, "For tests.", JsonValue.parse("{\"type\":\"object\"}"), null));
    }

    @Override
    public CallDisplay display(Tool settings) {
        return !streamed ? CallDisplay.still(start) : new CallDisplay() {
            @Override
            public JsonValue start() {
                return start;
            }

            @Override
            public JsonValue more(String piece) {
                return JsonValue.of(Map.of("input", piece));
            }
        };
    }

    @Override
    public ToolResult execute(ToolCall call, ToolContext context) throws InterruptedException {
        return work.execute(call, context);
    }
}
