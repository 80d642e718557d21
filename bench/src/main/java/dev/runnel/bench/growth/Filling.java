package dev.runnel.bench.growth;

import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageContent;
import dev.runnel.protocol.MessageStatus;
import dev.runnel.protocol.Role;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.TruncationStrategy;
import dev.runnel.protocol.Usage;
import dev.runnel.server.backend.Backends;
import dev.runnel.server.base.Ids;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.FileRows;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.store.rows.TransferStore;
import dev.runnel.server.time.SystemTimers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Fills a database through the server's own statements, thousands of objects a transaction, before a server opens it. For one thread. */
final class Filling implements AutoCloseable {
    private static final int AT_ONCE = 10_000;
    private static final long TIME = 1_790_000_000;

    /** About as long as what people write: 25 tokens. */
    private static final String TEXT = "The quick brown fox jumps over the lazy dog, and then it rests a while in the"
            + " shade of an old tree by the river. ";

    private static final Usage USAGE = Usage.of(100, 20, 0, 0);

    private final Database database;

    Filling(Path folder) {
        Logger.getLogger("").setLevel(Level.WARNING); // the libraries below it tell of each step
        this.database = Backends.of("sqlite:" + folder.resolve("runnel.db")).open(false, SystemTimers.get()).database();
    }

    /** Keeps the n-th object of a list. */
    @FunctionalInterface
    interface Put {
        /** Keeps it, and answers its id. */
        String put(Sql sql, int n) throws SQLException;
    }

    /** Keeps so many objects, and answers their ids, oldest first. */
    List<String> fill(int count, Put put) {
        List<String> ids = new ArrayList<>(count);
        while (ids.size() < count) {
            int from = ids.size();
            int to = Math.min(count, from + AT_ONCE);
            ids.addAll(database.write(sql -> {
                List<String> batch = new ArrayList<>();
                for (int n = from; n < to; n++) {
                    batch.add(put.put(sql, n));
                }
                return batch;
            }));
        }
        return ids;
    }

    static String assistant(Sql sql, String project) throws SQLException {
        Assistant assistant = new Assistant(
                Ids.assistant(), TIME, "Clerk", null, "paced", "Answer in one sentence.", List.of(), null, null, null,
                JsonValue.EMPTY_OBJECT, Map.of(), JsonValue.of("auto"));
        Store.insert(sql, project, assistant);
        return assistant.id();
    }

    static String thread(Sql sql, String project) throws SQLException {
        AssistantThread thread = new AssistantThread(Ids.thread(), TIME, Map.of(), JsonValue.EMPTY_OBJECT);
        Store.insert(sql, project, thread);
        return thread.id();
    }

    static String file(Sql sql, String project, String purpose) throws SQLException {
        FileObject file = new FileObject(Ids.file(), purpose, "notes.txt", 1_000, TIME, null, "processed", null);
        FileRows.insert(sql, project, file);
        return file.id();
    }

    /** A message of the user's, or if a run is given of the assistant's. */
    static String message(Sql sql, String threadId, @Nullable String runId, int n) throws SQLException {
        Message message = new Message(
                Ids.message(), TIME, null, threadId, runId, MessageStatus.COMPLETED, null, null, TIME,
                runId == null ? Role.USER : Role.ASSISTANT, List.of(MessageContent.Text.of(TEXT + n)), List.of(),
                Map.of());
        Store.put(sql, message);
        return message.id();
    }

    /** A run that has ended. */
    static String run(Sql sql, String threadId) throws SQLException {
        Run run = new Run(
                Ids.run(), TIME, "asst_gone", threadId, RunStatus.COMPLETED, TIME, null, null, null, TIME, null, null,
                "paced", "Answer in one sentence.", List.of(), JsonValue.EMPTY_OBJECT, Map.of(), null, null, null,
                null, null, TruncationStrategy.AUTO, null, USAGE, JsonValue.of("auto"),
                JsonValue.of("auto"), true);
        TransferStore.insertEnded(sql, run);
        return run.id();
    }

    static String step(Sql sql, String threadId, String runId) throws SQLException {
        RunStep step = new RunStep(
                Ids.step(), TIME, runId, "asst_gone", threadId, StepStatus.COMPLETED, null, TIME, null, null, null,
                null, StepDetails.MessageCreation.of("msg_gone"), Map.of(), USAGE);
        Store.put(sql, step);
        return step.id();
    }

    @Override
    public void close() {
        database.close();
    }
}
