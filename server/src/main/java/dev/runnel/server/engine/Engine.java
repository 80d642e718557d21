package dev.runnel.server.engine;

import dev.runnel.server.model.Model;
import dev.runnel.server.store.Database;
import java.time.Duration;
import java.time.InstantSource;

/** The engine: {@link Conversations}, which stand still, and {@link Runs}, which move. Thread-safe. */
public final class Engine implements AutoCloseable {
    private final Conversations conversations;
    private final Runs runs;

    private Engine(Conversations conversations, Runs runs) {
        this.conversations = conversations;
        this.runs = runs;
    }

    /**
     * Starts an engine on a database, and takes up the runs that an earlier process left there.
     *
     * @param lifetime how long after its creation a run expires
     */
    public static Engine start(Database database, Model model, InstantSource clock, Duration lifetime) {
        Sessions sessions = new Sessions();
        Conversations conversations = new Conversations(database, clock, sessions);
        Runs runs = new Runs(database, model, conversations, sessions, clock, lifetime);
        runs.recover();
        return new Engine(conversations, runs);
    }

    /** Assistants, threads and messages. */
    public Conversations conversations() {
        return conversations;
    }

    /** Runs and their steps. */
    public Runs runs() {
        return runs;
    }

    /** Ends the model calls under way; their runs are taken up at the next start. */
    @Override
    public void close() {
        runs.shutdown();
    }
}
