package dev.runnel.server.tool.codeinterpreter;

import dev.runnel.protocol.JsonValue;
import dev.runnel.server.sandbox.Sandbox;
import dev.runnel.server.sandbox.Session;
import dev.runnel.server.tool.ToolContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The session of a thread, for one call, with what is kept about it beside the thread: its id, on which node it is, and which files
 * are in it. So any server that shares the database knows where the session of the thread's last call is. For one thread.
 */
final class ThreadSession implements AutoCloseable {
    private static final String ID = "session";
    private static final String NODE = "node";
    private static final String INPUTS = "inputs";
    private static final String HANDED_BACK = "handed_back";

    private final ToolContext context;
    private final Session session;
    private final String node;
    private final boolean fresh;
    private final Map<String, String> inputs = new LinkedHashMap<>();
    private final Map<String, String> handedBack = new LinkedHashMap<>();
    private boolean changed;

    private ThreadSession(ToolContext context, Session session, String node, boolean fresh) {
        this.context = context;
        this.session = session;
        this.node = node;
        this.fresh = fresh;
        this.changed = fresh;
    }

    /**
     * Takes the session of a run's thread; if there is none, or it has ended, a new one.
     *
     * @param node this one; empty if all nodes have the same sessions
     * @throws dev.runnel.server.sandbox.SandboxException if there is no room for one for a while, or none can be started
     */
    static ThreadSession of(Sandbox sandbox, ToolContext context, String node) throws InterruptedException {
        Optional<ThreadSession> kept = resume(sandbox, context, node);
        return kept.isPresent() ? kept.get() : new ThreadSession(context, sandbox.begin(), node, true);
    }

    /**
     * Takes the session of a run's thread; empty if there is none here.
     *
     * @throws dev.runnel.server.sandbox.SandboxException if somebody else has it for a while
     */
    static Optional<ThreadSession> resume(Sandbox sandbox, ToolContext context, String node)
            throws InterruptedException {
        Optional<JsonValue> kept = context.kept();
        Optional<Session> resumed = kept.isPresent() ? sandbox.resume(id(kept.get())) : Optional.empty();
        return resumed.map(session -> {
            ThreadSession known = new ThreadSession(context, session, node, false);
            read(kept.get().get(INPUTS), known.inputs);
            read(kept.get().get(HANDED_BACK), known.handedBack);
            return known;
        });
    }

    /** The id of the session that is kept with a thread. */
    static String id(JsonValue kept) {
        return kept.get(ID).text();
    }

    /** The node of the session that is kept with a thread; empty if all nodes have the same sessions. */
    static String node(JsonValue kept) {
        return kept.get(NODE).text();
    }

    private static void read(JsonValue object, Map<String, String> into) {
        object.asMap().forEach((name, value) -> into.put(name, String.valueOf(value)));
    }

    Session session() {
        return session;
    }

    /** Whether it is new. */
    boolean fresh() {
        return fresh;
    }

    /** The names in the session of the files that were put into it, by their ids. */
    Map<String, String> inputs() {
        return inputs;
    }

    /** Notes that a file was put into the session. */
    void has(String fileId, String name) {
        inputs.put(fileId, name);
        changed = true;
    }

    /** The ids of the files that the session has handed back, by their names in it. */
    Map<String, String> handedBack() {
        return handedBack;
    }

    /** Notes that a file was handed back. */
    void handedBack(String name, String fileId) {
        handedBack.put(name, fileId);
        changed = true;
    }

    /** Keeps the notes with the thread, if they have changed. */
    void keep() {
        if (changed) {
            context.keep(JsonValue.of(Map.of(ID, session.id(), NODE, node, INPUTS, inputs, HANDED_BACK, handedBack)));
            changed = false;
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
