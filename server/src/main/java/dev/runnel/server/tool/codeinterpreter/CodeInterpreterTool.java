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
import dev.runnel.server.tool.ToolNodes;
import dev.runnel.server.tool.ToolResult;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the model's Python code in a sandbox, in one session for each thread. If the session is on another node, that node runs the
 * code.
 */
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
    private final ToolNodes nodes;

    /** This node; empty if all nodes have the same sessions. */
    private final String own;

    /** The tool, for code that runs in a sandbox and has these files. */
    public CodeInterpreterTool(Sandbox sandbox, RunFiles files, ToolNodes nodes) {
        this.sandbox = sandbox;
        this.files = files;
        this.nodes = nodes;
        this.own = sandbox.shared() ? "" : nodes.own();
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
        Optional<String> other = context.kept().map(ThreadSession::node).filter(this::isOther);
        Optional<ToolResult> there = other.isPresent() ? nodes.execute(other.get(), call, context) : Optional.empty();
        if (there.isPresent()) {
            return there.get();
        }
        try (ThreadSession session = ThreadSession.of(sandbox, context, own)) {
            return run(code, session, context);
        } catch (SandboxException e) {
            return notRun(e, context);
        }
    }

    private boolean isOther(String node) {
        return !node.isEmpty() && !node.equals(own);
    }

    private ToolResult run(String code, ThreadSession session, ToolContext context) throws InterruptedException {
        AutoCloseable _ = context.<AutoCloseable>closeAtEnd(session.session()::kill);
        return new Interpreted(session, files, context).run(code);
    }

    private static ToolResult notRun(SandboxException e, ToolContext context) throws InterruptedException {
        return Interpreted.failure(context, "The code was not run. " + e.getMessage());
    }

    @Override
    public boolean keepsOnNode() {
        return !sandbox.shared();
    }

    @Override
    public Optional<ToolResult> executeForAnother(ToolCall call, ToolContext context) throws InterruptedException {
        try {
            Optional<ThreadSession> found = ThreadSession.resume(sandbox, context, own);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            try (ThreadSession session = found.get()) {
                return Optional.of(run(CodeArguments.of(call.arguments()), session, context));
            }
        } catch (SandboxException e) {
            return Optional.of(notRun(e, context));
        }
    }

    @Override
    public void threadDeleted(JsonValue kept) {
        String node = ThreadSession.node(kept);
        if (isOther(node)) {
            nodes.threadDeleted(node, type(), kept);
        } else {
            sandbox.end(ThreadSession.id(kept));
        }
    }
}
