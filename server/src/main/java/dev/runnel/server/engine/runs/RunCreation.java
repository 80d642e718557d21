package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.conversations.Assistants;
import dev.runnel.server.engine.conversations.Conversations;
import dev.runnel.server.engine.conversations.Conversations.NewThread;
import dev.runnel.server.engine.files.ToolFiles;
import dev.runnel.server.engine.requests.Idempotency;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.engine.vectorstores.ToolStores;
import dev.runnel.server.log.LogEntry;
import dev.runnel.server.store.Lease;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.Store;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Creates runs. One transaction stores a run, its new messages, its thread if that is new, and its first events; the
 * stored run locks the thread. Thread-safe.
 */
final class RunCreation {
    private final RunContext context;
    private final Assistants assistants;
    private final Conversations conversations;
    private final ToolStores stores;
    private final RunExecutor executor;
    private final UnsupportedTools unsupported;

    RunCreation(RunContext context, Assistants assistants, Conversations conversations, ToolStores stores,
            RunExecutor executor) {
        this.context = context;
        this.assistants = assistants;
        this.conversations = conversations;
        this.stores = stores;
        this.executor = executor;
        this.unsupported = new UnsupportedTools(context.tools(), context.policy().ignoreUnsupportedTools());
    }

    /** Creates a run on a thread and starts it. */
    Run create(Project project, String threadId, RunRequest request, Idempotency.Note note) {
        conversations.thread(project, threadId);
        Run run = newRun(project, threadId, request);
        List<Message> added = conversations.newMessages(project, threadId, request.additionalMessages());
        start(new NewRun(project, run, request.toolResources(), Optional.empty(), added, note));
        return run;
    }

    /** Creates a thread and a run on it, and starts the run. */
    Run createWithThread(Project project, RunRequest request, Idempotency.Note note) {
        NewThread thread = conversations.newThread(
                project, Objects.requireNonNullElseGet(request.thread(), ThreadRequest::of));
        Run run = newRun(project, thread.thread().id(), request);
        start(new NewRun(project, run, request.toolResources(), Optional.of(thread), List.of(), note));
        return run;
    }

    private Run newRun(Project project, String threadId, RunRequest request) {
        Assistant assistant = assistants.get(project, request.assistantId());
        Run run = RunOptions.newRun(
                assistant, threadId, request, context.now(), context.policy().lifetime());
        unsupported.check(run);
        return run;
    }

    /**
     * The rows that the transaction stores which creates a run.
     *
     * @param resources the tool resources that the request brings
     * @param messages further messages for a thread that is there already
     */
    private record NewRun(
            Project project,
            Run run,
            @Nullable JsonValue resources,
            Optional<NewThread> newThread,
            List<Message> messages,
            Idempotency.Note note) {}

    private record Inserted(Optional<Lease> lease, Optional<RejectedException> refusal) {
        static Inserted refused(Optional<RejectedException> refusal) {
            return new Inserted(Optional.empty(), refusal);
        }
    }

    private void start(NewRun created) {
        Run run = created.run();
        List<RunEvent> events = new ArrayList<>();
        created.newThread().ifPresent(thread -> events.add(new RunEvent.ThreadCreated(thread.thread())));
        events.add(RunEvent.RunChanged.created(run));
        events.add(RunEvent.RunChanged.of(run));
        executor.start(run, events, entries -> insert(created, entries));
    }

    /** Stores a new run with its first events. This locks the thread and takes the run's lease. */
    private Lease insert(NewRun created, List<LogEntry> entries) {
        Inserted inserted = context.database().write(sql -> insert(sql, created, entries));
        if (inserted.refusal().isPresent()) {
            throw inserted.refusal().get();
        }
        return inserted.lease().orElseThrow();
    }

    private Inserted insert(Sql sql, NewRun created, List<LogEntry> entries) throws SQLException {
        Run run = created.run();
        if (created.newThread().isPresent()) {
            conversations.insert(sql, created.project(), created.newThread().get());
        } else if (!Store.lockThread(sql, created.project().name(), run.threadId())) {
            return Inserted.refused(Optional.of(Conversations.noThread(run.threadId()))); // deleted meanwhile
        }
        Optional<Long> number = Store.insert(sql, run);
        if (number.isEmpty()) {
            return Inserted.refused(Store.activeRun(sql, run.threadId()).map(RunCreation::threadLocked));
        }
        JsonValue resources = created.resources();
        if (resources != null) {
            stores.require(sql, created.project(), resources);
            ToolFiles.require(sql, created.project(), resources);
        }
        conversations.add(sql, created.project(), run.threadId(), created.messages());
        Lease lease = context.log().begin(sql, number.get(), entries);
        created.note().write(sql, run.threadId(), run.id(), 0);
        return new Inserted(Optional.of(lease), Optional.empty());
    }

    private static RejectedException threadLocked(Run holder) {
        return RejectedException.state(
                "Thread " + holder.threadId() + " already has an active run " + holder.id() + ".");
    }
}
