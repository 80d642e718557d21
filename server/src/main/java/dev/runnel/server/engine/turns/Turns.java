package dev.runnel.server.engine.turns;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.server.base.Ids;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.conversations.Conversations;
import dev.runnel.server.engine.files.InputFiles;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.store.rows.ThreadEntries;
import dev.runnel.server.store.rows.ThreadEntry;
import dev.runnel.server.store.rows.ThreadEntry.Extra;
import dev.runnel.server.store.rows.ThreadEntry.Kind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes ready what a {@link Turn} brings to its thread, and finds the thread. Thread-safe. */
public final class Turns {
    /** How much of a thread's end is searched for calls that wait for outputs. */
    private static final int LOOKED_AT = 200;

    private final Database database;
    private final Conversations conversations;
    private final InputFiles files;

    public Turns(Database database, Conversations conversations, InputFiles files) {
        this.database = database;
        this.conversations = conversations;
        this.files = files;
    }

    /** The entry at a new place of a thread: one of the two. */
    public record Item(@Nullable Message message, @Nullable Extra extra) {
        public String id() {
            return message != null ? message.id() : extra == null ? "" : extra.id();
        }

        /** The item as it would stand in a thread. */
        public ThreadEntry entry() {
            return message != null
                    ? new ThreadEntry.Said(ThreadEntry.Place.LAST, message)
                    : new ThreadEntry.Beside(ThreadEntry.Place.LAST, null, Objects.requireNonNull(extra));
        }
    }

    /**
     * A turn's thread: a new one, or one that is there, with the run that must be the last there.
     *
     * @param origin the thread whose contents the turn's thread has; the thread itself, unless they are copied
     */
    public record Site(Optional<Conversations.NewThread> newThread, String threadId, String origin, List<Item> before,
            Optional<String> lastRun) {}

    /**
     * Finds the thread of a turn.
     *
     * @param fork whether what follows an earlier run goes to a new thread in any case
     */
    public Site site(Project project, Turn turn, boolean fork) {
        return switch (turn.on()) {
            case Turn.NewThread fresh -> fresh(project, fresh.metadata(), "", List.of());
            case Turn.Existing existing -> {
                requireThread(project, existing.threadId());
                yield new Site(
                        Optional.empty(), existing.threadId(), existing.threadId(), List.of(), Optional.empty());
            }
            case Turn.After after -> {
                Run last = database.read(sql -> Store.runOf(sql, project.name(), after.runId()))
                        .orElseThrow(() -> RejectedException.notFound("run", after.runId()));
                if (!last.status().terminal()) {
                    throw RejectedException.notEnded(last.id());
                }
                yield fork || turn.temporary() || !database.read(sql -> isLast(sql, last))
                        ? fresh(project, Map.of(), last.threadId(), copies(last))
                        : new Site(
                                Optional.empty(), last.threadId(), last.threadId(), List.of(), Optional.of(last.id()));
            }
        };
    }

    private void requireThread(Project project, String id) {
        boolean there = database.read(sql -> Store.hasThread(sql, project.name(), id));
        if (!there) {
            throw RejectedException.noConversation(id);
        }
    }

    private Site fresh(
            Project project, Map<String, String> metadata, String origin, List<ThreadEntry> copied) {
        Conversations.NewThread thread = conversations.newThread(
                project, new ThreadRequest(null, null, metadata));
        String id = thread.thread().id();
        return new Site(
                Optional.of(thread), id, origin,
                copied.stream().flatMap(entry -> copy(id, entry).stream()).toList(),
                Optional.empty());
    }

    /** Whether nothing follows a run on its thread. */
    public static boolean isLast(Sql sql, Run run) throws SQLException {
        Optional<ThreadEntry> last = ThreadEntries.read(
                sql, run.threadId(), null, ThreadEntry.Place.LAST, false, 1).stream().findFirst();
        return last.isEmpty() || isOf(run, input(sql, run), last.get());
    }

    private static Set<String> input(Sql sql, Run run) throws SQLException {
        return Store.runNotes(sql, run.id()).map(notes -> Set.copyOf(notes.input())).orElse(Set.of());
    }

    private static boolean isOf(Run run, Set<String> input, ThreadEntry entry) {
        return run.id().equals(entry.runId()) || input.contains(entry.id());
    }

    /** The entries of a run's thread up to the run's end, oldest first. */
    private List<ThreadEntry> copies(Run last) {
        return database.read(sql -> {
            Set<String> input = input(sql, last);
            List<ThreadEntry> entries = new ArrayList<>();
            ThreadEntries.walk(sql, last.threadId(), ThreadEntry.Place.FIRST, true, entries::add);
            int end = entries.size();
            while (end > 0 && !isOf(last, input, entries.get(end - 1))) {
                end--;
            }
            return entries.subList(0, end);
        });
    }

    private static List<Item> copy(String threadId, ThreadEntry entry) {
        return switch (entry) {
            case ThreadEntry.Said(var _, Message old) -> List.of(new Item(new Message(
                    Ids.message(), old.createdAt(), old.assistantId(), threadId, null, old.status(),
                    old.incompleteDetails(), old.incompleteAt(), old.completedAt(), old.role(), old.content(),
                    old.attachments(), old.metadata()), null));
            case ThreadEntry.Beside(var _, var _, Extra old) -> List.of(beside(old.kind(), old.data()));
            case ThreadEntry.Called called -> calls(called.step());
        };
    }

    private static List<Item> calls(RunStep step) {
        List<Item> items = new ArrayList<>();
        List<Item> outputs = new ArrayList<>();
        if (step.stepDetails() instanceof StepDetails.ToolCalls details) {
            for (StepToolCall call : details.toolCalls()) {
                if (call instanceof StepToolCall.Function function) {
                    items.add(call(function));
                    output(function).ifPresent(outputs::add);
                }
            }
        }
        items.addAll(outputs);
        return items;
    }

    private static Item call(StepToolCall.Function call) {
        return beside(Kind.CALL, JsonValue.of(Map.of(
                "call_id", call.id(), "name", call.function().name(), "arguments", call.function().arguments())));
    }

    private static Optional<Item> output(StepToolCall.Function call) {
        return Optional.ofNullable(call.function().output()).map(
                output -> beside(Kind.OUTPUT, JsonValue.of(Map.of("call_id", call.id(), "output", output))));
    }

    private static Item beside(Kind kind, JsonValue data) {
        String id = switch (kind) {
            case INSTRUCTION -> Ids.message();
            case CALL -> Ids.functionCall();
            case OUTPUT -> Ids.functionOutput();
            case THOUGHT -> Ids.thought();
        };
        return new Item(null, new Extra(id, kind, data));
    }

    /**
     * Makes what a request brings to a thread. Reads its files, and checks that those exist that it names. Stores nothing.
     *
     * @param origin the thread whose contents are there already
     */
    public List<Item> items(Project project, String threadId, String origin, List<Turn.Input> input) {
        List<Item> items = new ArrayList<>();
        for (Turn.Input each : input) {
            switch (each) {
                case Turn.Said(MessageRequest message) -> items.add(new Item(
                        conversations.newMessages(project, threadId, List.of(withFiles(project, message))).getFirst(),
                        null));
                case Turn.Beside beside -> items.add(beside(beside.kind(), withFiles(project, beside.data())));
                case Turn.Referred referred -> items.addAll(referred(project, threadId, origin, referred));
            }
        }
        return items;
    }

    private List<Item> referred(Project project, String threadId, String origin, Turn.Referred referred) {
        String id = referred.entryId();
        Optional<String> there = database.read(sql -> ThreadEntries.thread(sql, project.name(), id));
        if (there.isEmpty()) {
            throw RejectedException.notFound("item", referred.name());
        }
        if (there.get().equals(origin)) {
            return List.of();
        }
        ThreadEntry entry = database.read(sql -> ThreadEntries.find(sql, there.get(), id))
                .orElseThrow(() -> RejectedException.notFound("item", referred.name()));
        return entry instanceof ThreadEntry.Called called
                ? call(called.step(), referred).stream().toList()
                : copy(threadId, entry);
    }

    /** One call of a step, or its output; empty for a call of the server's own tools, which the reply has used. */
    private static Optional<Item> call(RunStep step, Turn.Referred referred) {
        if (!(step.stepDetails() instanceof StepDetails.ToolCalls details)
                || referred.call() >= details.toolCalls().size()
                || !(details.toolCalls().get(referred.call()) instanceof StepToolCall.Function function)) {
            return Optional.empty();
        }
        return referred.output() ? output(function) : Optional.of(call(function));
    }

    private JsonValue withFiles(Project project, JsonValue data) {
        return InputFiles.in(data.get("output"))
                ? data.with(Map.of("output", files.readOutput(project, data.get("output"))))
                : data;
    }

    private MessageRequest withFiles(Project project, MessageRequest message) {
        return InputFiles.in(message.content())
                ? new MessageRequest(
                        message.role(), files.read(project, message.content()), message.attachments(),
                        message.metadata())
                : message;
    }

    /** Stores items at a thread's end, as a part of a transaction. */
    public void add(Sql sql, Project project, String threadId, List<Item> items) throws SQLException {
        for (Item item : items) {
            if (item.message() != null) {
                conversations.add(sql, project, threadId, List.of(item.message()));
            } else if (item.extra() != null) {
                ThreadEntries.add(sql, threadId, null, item.extra());
            }
        }
    }

    /**
     * Checks that each output that a request brings has its call, and that each call has an output that the request brings
     * or that waits for one at the thread's end. Other calls and outputs that lack the other were deleted or added so
     * earlier: prompts leave them out.
     *
     * @throws RejectedException if one has no other
     */
    public void checkCalls(Site site, List<Item> input) {
        OpenCalls open = new OpenCalls();
        if (site.newThread().isEmpty()) {
            database.read(sql -> ThreadEntries.read(
                    sql, site.threadId(), null, ThreadEntry.Place.LAST, false, LOOKED_AT)).reversed()
                    .forEach(open::add);
        }
        site.before().forEach(item -> open.add(item.entry()));
        for (Item item : input) {
            Extra extra = item.extra();
            if (extra != null && extra.kind() == Kind.CALL) {
                open.call(extra);
            } else if (extra != null && extra.kind() == Kind.OUTPUT && !open.answer(extra)) {
                throw RejectedException.input(
                        "No tool call found for function call output with call_id " + OpenCalls.id(extra) + ".");
            }
        }
        open.unanswered().ifPresent(callId -> {
            throw RejectedException.input("No tool output found for function call " + callId + ".");
        });
    }
}
