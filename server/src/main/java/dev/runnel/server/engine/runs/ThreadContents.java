package dev.runnel.server.engine.runs;

import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageStatus;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.conversations.Conversations;
import dev.runnel.server.engine.files.InputFiles;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.engine.turns.CallPairs;
import dev.runnel.server.engine.turns.Turn;
import dev.runnel.server.engine.turns.Turns;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.RunNotes;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.store.rows.ThreadEntries;
import dev.runnel.server.store.rows.ThreadEntry;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that stands in threads, for APIs that show more of them than messages. Thread-safe. */
public final class ThreadContents {
    /** The most that is read of what one run wrote, or what one request brought. */
    private static final int MOST = 10_000;

    private final Database database;
    private final Conversations conversations;
    private final Sessions sessions;
    private final Turns turns;

    public ThreadContents(Database database, Conversations conversations, Sessions sessions, InputFiles files) {
        this.database = database;
        this.conversations = conversations;
        this.sessions = sessions;
        this.turns = new Turns(database, conversations, files);
    }

    /** Creates a thread with these contents. */
    public AssistantThread create(Project project, Map<String, String> metadata, List<Turn.Input> input) {
        Conversations.NewThread thread = conversations.newThread(project, new ThreadRequest(null, null, metadata));
        String id = thread.thread().id();
        List<Turns.Item> items = turns.items(project, id, id, input);
        database.write(sql -> {
            conversations.insert(sql, project, thread);
            turns.add(sql, project, id, items);
            return true;
        });
        return conversations.thread(project, id);
    }

    /** Adds to a thread, unless a run has locked it. Returns what was added. */
    public List<ThreadEntry> add(Project project, String threadId, List<Turn.Input> input) {
        require(project, threadId);
        List<Turns.Item> items = turns.items(project, threadId, threadId, input);
        Optional<RejectedException> refusal = database.write(sql -> {
            Optional<RejectedException> locked = locked(sql, project, threadId);
            if (locked.isEmpty()) {
                turns.add(sql, project, threadId, items);
            }
            return locked;
        });
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        return named(threadId, items.stream().map(Turns.Item::id).toList());
    }

    /** Whether a project has a thread. */
    public boolean has(Project project, String threadId) {
        return database.read(sql -> Store.hasThread(sql, project.name(), threadId));
    }

    private void require(Project project, String threadId) {
        if (!has(project, threadId)) {
            throw RejectedException.noConversation(threadId);
        }
    }

    private List<ThreadEntry> named(String threadId, List<String> ids) {
        return database.read(sql -> {
            List<ThreadEntry> entries = new ArrayList<>();
            for (String id : ids) {
                ThreadEntries.find(sql, threadId, id).ifPresent(entries::add);
            }
            return entries;
        });
    }

    /**
     * The contents of a thread from an entry on, that entry included.
     *
     * @param from the entry's id, also of one that was deleted; empty for the thread's beginning, or its end if the order is descending
     * @param limit how many at most
     */
    public List<ThreadEntry> read(
            Project project, String threadId, Optional<String> from, boolean ascending, int limit) {
        require(project, threadId);
        List<ThreadEntry> entries = database.read(sql -> {
            ThreadEntry.Place place = ascending ? ThreadEntry.Place.FIRST : ThreadEntry.Place.LAST;
            if (from.isPresent()) {
                place = ThreadEntries.cursor(sql, threadId, from.get())
                        .orElseThrow(() -> RejectedException.unknownCursor("after", from.get()));
            }
            return ThreadEntries.read(sql, threadId, null, place, ascending, limit);
        });
        return entries.stream().map(entry -> current(project, entry)).toList();
    }

    /** Where an entry of a thread stands, or stood before it was deleted. */
    public Optional<ThreadEntry.Place> cursor(String threadId, String id) {
        return database.read(sql -> ThreadEntries.cursor(sql, threadId, id));
    }

    /** One entry of a thread. */
    public Optional<ThreadEntry> find(Project project, String threadId, String id) {
        require(project, threadId);
        return named(threadId, List.of(id)).stream().findFirst().map(entry -> current(project, entry));
    }

    /** The entries that a run wrote, in order. */
    public List<ThreadEntry> of(Project project, Run run) {
        return database.read(sql -> ThreadEntries.read(
                sql, run.threadId(), run.id(), ThreadEntry.Place.FIRST, true, MOST)).stream()
                .map(entry -> current(project, entry)).toList();
    }

    /** The entries that a run's request brought, in order; for a run of the Assistants API, those that requests had added right before it. */
    public List<ThreadEntry> input(Run run) {
        Optional<RunNotes> notes = database.read(sql -> Store.runNotes(sql, run.id()));
        return notes.isPresent() ? named(run.threadId(), notes.get().input()) : before(run);
    }

    private List<ThreadEntry> before(Run run) {
        return database.read(sql -> {
            List<ThreadEntry> own = ThreadEntries.read(
                    sql, run.threadId(), run.id(), ThreadEntry.Place.FIRST, true, 1);
            List<ThreadEntry> entries = new ArrayList<>();
            if (!own.isEmpty()) {
                ThreadEntries.read(sql, run.threadId(), null, own.getFirst().place(), false, MOST).stream()
                        .skip(1).takeWhile(entry -> entry.runId() == null).forEach(entries::addFirst);
            }
            return entries;
        });
    }

    /** Takes an entry out of a thread, with the calls and outputs that go with it, unless a run has locked the thread. */
    public void delete(Project project, String threadId, String id) {
        Optional<RejectedException> refusal = database.write(sql -> {
            Optional<RejectedException> locked = locked(sql, project, threadId);
            if (locked.isPresent()) {
                return locked;
            }
            Optional<ThreadEntry> entry = ThreadEntries.find(sql, threadId, id);
            if (entry.isEmpty()) {
                return Optional.of(RejectedException.notFound("item", id));
            }
            for (String each : CallPairs.with(sql, threadId, entry.get())) {
                if (!Store.deleteMessage(sql, threadId, each)) {
                    ThreadEntries.delete(sql, threadId, each);
                }
            }
            return Optional.empty();
        });
        if (refusal.isPresent()) {
            throw refusal.get();
        }
    }

    /** The reason why a thread cannot be changed; empty if it can. To be called in the transaction that changes it. */
    private static Optional<RejectedException> locked(Sql sql, Project project, String threadId) throws SQLException {
        return Store.lockThread(sql, project.name(), threadId)
                ? Store.activeRun(sql, threadId).map(RejectedException::locked)
                : Optional.of(RejectedException.noConversation(threadId));
    }

    /** An entry that a run is writing, with all that has been written of it. */
    private ThreadEntry current(Project project, ThreadEntry entry) {
        if (entry instanceof ThreadEntry.Said(ThreadEntry.Place place, Message message)
                && message.status() == MessageStatus.IN_PROGRESS) {
            return new ThreadEntry.Said(
                    place, conversations.message(project, message.threadId(), message.id()));
        } else if (entry instanceof ThreadEntry.Called called
                && called.step().status() == StepStatus.IN_PROGRESS) {
            return sessions.step(called.step().runId(), called.step().id())
                    .<ThreadEntry>map(step -> new ThreadEntry.Called(called.place(), step, called.notes()))
                    .orElse(called);
        }
        return entry;
    }
}
