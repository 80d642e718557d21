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
import dev.runnel.server.engine.prompts.Prompts;
import dev.runnel.server.engine.requests.Idempotency;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.engine.turns.MergedOptions;
import dev.runnel.server.engine.turns.Turn;
import dev.runnel.server.engine.turns.Turns;
import dev.runnel.server.engine.turns.UnsupportedTools;
import dev.runnel.server.engine.vectorstores.ToolStores;
import dev.runnel.server.log.LogEntry;
import dev.runnel.server.projects.LimitException;
import dev.runnel.server.store.Lease;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.DueStore;
import dev.runnel.server.store.rows.RunNotes;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.store.rows.ThreadEntry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Creates runs. One transaction stores a run, its new messages, its thread if that is new, and its first events; the
 * stored run locks the thread. Thread-safe.
 */
final class RunCreation {
    /** How long after its run's latest end a temporary thread is kept, unless its reader removes it. */
    private static final Duration AFTER_EXPIRY = Duration.ofMinutes(1);

    private final Turns turns;
    private final RunContext context;
    private final Assistants assistants;
    private final Conversations conversations;
    private final ToolStores stores;
    private final RunExecutor executor;
    private final UnsupportedTools unsupported;

    RunCreation(RunContext context, Assistants assistants, Conversations conversations, ToolStores stores,
            RunExecutor executor) {
        this.context = context;
        this.turns = new Turns(context.database(), conversations, context.inputFiles());
        this.assistants = assistants;
        this.conversations = conversations;
        this.stores = stores;
        this.executor = executor;
        this.unsupported = new UnsupportedTools(context.tools(), context.policy().ignoreUnsupportedTools());
    }

    /** Creates a run on a thread and starts it. */
    Run create(Project project, String threadId, RunRequest request, Idempotency.Note note) {
        conversations.thread(project, threadId);
        Run run = newRun(project, assistants.get(project, request.assistantId()), threadId, request);
        List<Message> added = conversations.newMessages(project, threadId, request.additionalMessages());
        start(new NewRun(project, run, request.toolResources(), Optional.empty(), items(added), Optional.empty(),
                note));
        return run;
    }

    /** Creates a thread and a run on it, and starts the run. */
    Run createWithThread(Project project, RunRequest request, Idempotency.Note note) {
        NewThread thread = conversations.newThread(
                project, Objects.requireNonNullElseGet(request.thread(), ThreadRequest::of));
        Run run = newRun(
                project, assistants.get(project, request.assistantId()), thread.thread().id(), request);
        start(new NewRun(
                project, run, request.toolResources(), Optional.of(thread), List.of(), Optional.empty(), note));
        return run;
    }

    private static List<Turns.Item> items(List<Message> messages) {
        return messages.stream().map(message -> new Turns.Item(message, null)).toList();
    }

    /** Creates a run that brings its own input, and starts it. */
    Run create(Project project, Turn turn, Idempotency.Note note) {
        try {
            return create(project, turn, turns.site(project, turn, false), note);
        } catch (NoLongerLastException e) {
            return create(project, turn, turns.site(project, turn, true), note);
        }
    }

    private Run create(Project project, Turn turn, Turns.Site site, Idempotency.Note note) {
        RunRequest request = turn.request();
        Run run = newRun(project, assistant(project, request), site.threadId(), request);
        List<Turns.Item> input = turns.items(project, site.threadId(), site.origin(), turn.input());
        turns.checkCalls(site, input);
        List<Turns.Item> all = new ArrayList<>(site.before());
        all.addAll(input);
        RunNotes notes = new RunNotes(
                turn.asked(), input.stream().map(Turns.Item::id).toList(), turn.truncates(),
                turn.maxToolCalls(), site.newThread().isPresent(), turn.hidden());
        start(new NewRun(
                project, run, request.toolResources(), site.newThread(), all,
                Optional.of(new OwnNotes(notes, site.lastRun(), turn.temporary())), note));
        return run;
    }

    /** How many tokens the prompt of such a run would have. Stores nothing. */
    long tokens(Project project, Turn turn) {
        Turns.Site site = turns.site(project, turn, true);
        Run run = newRun(project, assistant(project, turn.request()), site.threadId(), turn.request());
        List<ThreadEntry> entries = new ArrayList<>();
        if (site.newThread().isEmpty()) {
            entries.addAll(context.database().read(sql -> Prompts.entries(sql, run)));
        }
        List<Turns.Item> items = new ArrayList<>(site.before());
        items.addAll(turns.items(project, site.threadId(), site.origin(), turn.input()));
        items.forEach(item -> entries.add(item.entry()));
        return Prompts.tokens(run, entries, context.tools().of(run));
    }

    private Assistant assistant(Project project, RunRequest request) {
        return request.assistantId().equals(Turn.NO_ASSISTANT)
                ? noAssistant(request)
                : assistants.get(project, request.assistantId());
    }

    /** Stands for the assistant of a run that has none; nothing keeps it. */
    private static Assistant noAssistant(RunRequest request) {
        return new Assistant(
                Turn.NO_ASSISTANT, 0, null, null, Objects.requireNonNullElse(request.model(), ""), null, List.of(),
                null, null, null, JsonValue.EMPTY_OBJECT, Map.of(), JsonValue.of("auto"));
    }

    /** Another request has added something behind the run that a new one was to follow. */
    private static final class NoLongerLastException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoLongerLastException() {
            super("the thread has gone on");
        }
    }

    /**
     * The notes that are kept of a run with its own input.
     *
     * @param lastRun the run that must be the last on the thread
     */
    private record OwnNotes(RunNotes notes, Optional<String> lastRun, boolean temporary) {}

    private Run newRun(Project project, Assistant assistant, String threadId, RunRequest request) {
        Run run = MergedOptions.newRun(
                assistant, threadId, request, context.now(), context.policy().lifetime());
        context.admissions().requireModel(project, run.model());
        unsupported.check(run);
        return run;
    }

    /**
     * The rows that the transaction stores which creates a run.
     *
     * @param resources the tool resources that the request brings
     * @param items what is added to the thread
     * @param own what is kept besides, of a run that brings its own input
     */
    private record NewRun(
            Project project,
            Run run,
            @Nullable JsonValue resources,
            Optional<NewThread> newThread,
            List<Turns.Item> items,
            Optional<OwnNotes> own,
            Idempotency.Note note) {}

    private record Inserted(Optional<Lease> lease, Optional<RejectedException> refusal,
            Optional<LimitException> limit) {
        static Inserted refused(Optional<RejectedException> refusal) {
            return new Inserted(Optional.empty(), refusal, Optional.empty());
        }
    }

    private void start(NewRun created) {
        Run run = created.run();
        List<RunEvent> events = new ArrayList<>();
        created.newThread().ifPresent(thread -> events.add(new RunEvent.ThreadCreated(thread.thread())));
        events.add(RunEvent.RunChanged.created(run));
        events.add(RunEvent.RunChanged.of(run));
        executor.start(created.project(), run, events, entries -> insert(created, entries));
    }

    /** Stores a new run with its first events. This locks the thread and takes the run's lease. */
    private Lease insert(NewRun created, List<LogEntry> entries) {
        Inserted inserted = context.database().write(sql -> insert(sql, created, entries));
        if (inserted.limit().isPresent()) {
            throw inserted.limit().get();
        }
        if (inserted.refusal().isPresent()) {
            if (created.own().flatMap(OwnNotes::lastRun).isPresent()) {
                throw new NoLongerLastException();
            }
            throw inserted.refusal().get();
        }
        return inserted.lease().orElseThrow();
    }

    private Inserted insert(Sql sql, NewRun created, List<LogEntry> entries) throws SQLException {
        Run run = created.run();
        Optional<LimitException> limit = context.admissions().refusalOfRun(sql, created.project());
        if (limit.isPresent()) {
            return new Inserted(Optional.empty(), Optional.empty(), limit);
        }
        if (created.newThread().isPresent()) {
            conversations.insert(sql, created.project(), created.newThread().get());
        } else if (!Store.lockThread(sql, created.project().name(), run.threadId())) {
            return Inserted.refused(Optional.of(created.own().isPresent() // deleted meanwhile
                    ? RejectedException.noConversation(run.threadId())
                    : Conversations.noThread(run.threadId())));
        }
        Optional<String> lastRun = created.own().flatMap(OwnNotes::lastRun);
        if (lastRun.isPresent()) {
            Optional<Run> last = Store.run(sql, run.threadId(), lastRun.get());
            if (last.isEmpty() || !Turns.isLast(sql, last.get())) {
                return Inserted.refused(Optional.of(Conversations.noThread(run.threadId())));
            }
        }
        Optional<Long> number = Store.insert(sql, created.project().name(), run);
        if (number.isEmpty()) {
            return Inserted.refused(Store.activeRun(sql, run.threadId()).map(
                    created.own().isPresent() ? RejectedException::locked : RunCreation::threadLocked));
        }
        JsonValue resources = created.resources();
        if (resources != null) {
            stores.require(sql, created.project(), resources);
            ToolFiles.require(sql, created.project(), resources);
        }
        turns.add(sql, created.project(), run.threadId(), created.items());
        if (created.own().isPresent()) {
            keep(sql, run, created.own().get());
        }
        Lease lease = context.log().begin(sql, number.get(), entries);
        created.note().write(sql, run.threadId(), run.id(), 0);
        return new Inserted(Optional.of(lease), Optional.empty(), Optional.empty());
    }

    private static void keep(Sql sql, Run run, OwnNotes own) throws SQLException {
        Store.put(sql, run.id(), own.notes());
        Long expiresAt = run.expiresAt();
        if (own.temporary() && expiresAt != null) {
            DueStore.put(
                    sql, DueStore.REMOVE_THREAD, run.threadId(),
                    TimeUnit.SECONDS.toMillis(expiresAt) + AFTER_EXPIRY.toMillis());
        }
    }

    private static RejectedException threadLocked(Run holder) {
        return RejectedException.state(
                "Thread " + holder.threadId() + " already has an active run " + holder.id() + ".");
    }
}
