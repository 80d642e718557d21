package dev.runnel.server.tool.codeinterpreter;

import dev.runnel.protocol.FunctionDefinition;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Tool;
import dev.runnel.server.sandbox.Sandbox;
import dev.runnel.server.sandbox.SandboxException;
import dev.runnel.server.tool.CallDisplay;
import dev.runnel.server.tool.ServerTool;
import dev.runnel.server.tool.ToolCall;
import dev.runnel.server.tool.ToolContext;
import dev.runnel.server.tool.ToolResult;
import java.util.Map;
import java.util.Optional;

/** Runs the model's Python code in a sandbox, in one session for each thread. */
public final class CodeInterpreterTool implements ServerTool {
    private static final FunctionDefinition FUNCTION = new FunctionDefinition(
            "python",
            "Runs Python code, and returns what it prints, with the value of a last expression. Variables stay for later"
                    + " calls. The user's files are in " + Sandbox.FOLDER + ", which is the working folder. There is no"
                    + " network, and no package can be installed. To show the user a plot, call matplotlib's"
                    + " plt.show(). To give the user a file, save it in " + Sandbox.FOLDER + " and link to it in the"
                    + " answer: [name.csv](" + Interpreted.LINK + "name.csv).",
            JsonValue.parse("""
                    {"type":"object","properties":{"code":{"type":"string","description":"Python code."}},\
                    "required":["code"]}"""),
            false);

    private static final JsonValue NOTHING = JsonValue.parse("{\"input\":\"\",\"outputs\":[]}");

    private final Sandbox sandbox;
    private final RunFiles files;

    /** The tool, for code that runs in a sandbox and has these files. */
    public CodeInterpreterTool(Sandbox sandbox, RunFiles files) {
        this.sandbox = sandbox;
        this.files = files;
    }

    @Override
    public String type() {
        return "code_interpreter";
    }

    @Override
    public Optional<FunctionDefinition> function(Tool settings) {
        return Optional.of(FUNCTION);
    }

    @Override
    public boolean cited() {
        return true;
    }

    @Override
    public CallDisplay display(Tool settings) {
        CodeArguments arguments = new CodeArguments();
        return new CallDisplay() {
            @Override
            public JsonValue start() {
                return NOTHING;
            }

            @Override
            public JsonValue more(String piece) {
                String code = arguments.add(piece);
                return code.isEmpty() ? JsonValue.EMPTY_OBJECT : JsonValue.of(Map.of("input", code));
            }
        };
    }

    @Override
    public ToolResult execute(ToolCall call, ToolContext context) throws InterruptedException {
        String code = CodeArguments.of(call.arguments());
        if (code.isBlank()) {
            return ToolResult.of("The function takes a JSON object with one member: {\"code\": \"Python code\"}.");
        }
        try (ThreadSession session = ThreadSession.of(sandbox, context)) {
            AutoCloseable _ = context.<AutoCloseable>closeAtEnd(session.session()::kill);
            return new Interpreted(session, files, context).run(code);
        } catch (SandboxException e) {
            return Interpreted.failure(context, "The code was not run. " + e.getMessage());
        }
    }

    @Override
    public void threadDeleted(JsonValue kept) {
        sandbox.end(ThreadSession.id(kept));
    }
}
