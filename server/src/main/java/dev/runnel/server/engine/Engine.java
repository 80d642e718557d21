package dev.runnel.server.engine;

import dev.runnel.server.log.RunLog;
import dev.runnel.server.model.Model;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.FileStore;
import java.time.Duration;
import java.time.InstantSource;

/** The engine: {@link Assistants}, {@link Conversations} and {@link FileLibrary}, which stand still, and {@link Runs}, which move. Thread-safe. */
public final class Engine implements AutoCloseable {
    private final Assistants assistants;
    private final Conversations conversations;
    private final Runs runs;
    private final FileLibrary files;
    private final RunExecutor executor;

    private Engine(
            Assistants assistants, Conversations conversations, Runs runs, FileLibrary files, RunExecutor executor) {
        this.assistants = assistants;
        this.conversations = conversations;
        this.runs = runs;
        this.files = files;
        this.executor = executor;
    }

    /**
     * Starts an engine on a database, and takes up the runs that an earlier process left there.
     *
     * @param fileStore where what uploaded files hold is kept
     * @param lifetime how long after its creation a run expires
     */
    public static Engine start(
            Database database, FileStore fileStore, Model model, InstantSource clock, Duration lifetime) {
        RunLog log = new RunLog(database);
        FileLibrary files = new FileLibrary(database, fileStore, clock);
        files.cleanUp();
        Sessions sessions = new Sessions();
        RunExecutor executor = new RunExecutor(database, log, model, new Images(files), sessions, clock);
        Assistants assistants = new Assistants(database, clock);
        Conversations conversations = new Conversations(database, clock, sessions, files);
        Runs runs = new Runs(database, log, assistants, conversations, sessions, executor, clock, lifetime);
        executor.recover();
        return new Engine(assistants, conversations, runs, files, executor);
    }

    /** Assistants. */
    public Assistants assistants() {
        return assistants;
    }

    /** Threads and messages. */
    public Conversations conversations() {
        return conversations;
    }

    /** Runs and their steps. */
    public Runs runs() {
        return runs;
    }

    /** Uploaded files. */
    public FileLibrary files() {
        return files;
    }

    /** Ends the model calls under way; their runs are taken up at the next start. */
    @Override
    public void close() {
        executor.shutdown();
    }
}
