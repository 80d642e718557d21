package dev.runnel.server.engine.conversations;

import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageContent;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.MessageStatus;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.base.Ids;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.files.FileLibrary;
import dev.runnel.server.engine.files.ToolFiles;
import dev.runnel.server.engine.requests.Changes;
import dev.runnel.server.engine.requests.Idempotency;
import dev.runnel.server.engine.requests.IdempotencyKey;
import dev.runnel.server.engine.requests.Lists;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.engine.vectorstores.ToolStores;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.AskStore;
import dev.runnel.server.store.rows.Store;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Threads and messages. Thread-safe. */
public final class Conversations {
    private final Database database;
    private final InstantSource clock;
    private final OpenMessages open;
    private final FileLibrary files;
    private final ToolStores stores;
    private final Idempotency idempotency;

    public Conversations(
            Database database, InstantSource clock, OpenMessages open, FileLibrary files, ToolStores stores,
            Idempotency idempotency) {
        this.database = database;
        this.files = files;
        this.stores = stores;
        this.idempotency = idempotency;
        this.clock = clock;
        this.open = open;
    }

    /**
     * Creates a thread with its first messages. If an earlier request had the same key, returns that request's thread.
     */
    public AssistantThread create(Project project, ThreadRequest request, Optional<IdempotencyKey> key) {
        return idempotency.once(
                project, key, note -> create(project, request, note), done -> thread(project, done.threadId()));
    }

    private AssistantThread create(Project project, ThreadRequest request, Idempotency.Note note) {
        NewThread created = newThread(project, request);
        AssistantThread thread = created.thread();
        return database.write(sql -> {
            insert(sql, project, created);
            note.write(sql, thread.id(), thread.id(), 0);
            return thread;
        });
    }

    /**
     * A thread that is to be stored, with what is stored with it.
     *
     * @param stores the plan of its vector store
     */
    public record NewThread(AssistantThread thread, List<Message> messages, ToolStores.Plan stores) {}

    /** Makes a thread with its first messages, and checks that the files they name exist. Stores nothing. */
    public NewThread newThread(Project project, ThreadRequest request) {
        String id = Ids.thread();
        List<Message> messages = newMessages(project, id, request.messages());
        JsonValue requested = Objects.requireNonNullElse(request.toolResources(), JsonValue.EMPTY_OBJECT);
        ToolStores.Plan plan = stores.ofThread(
                ToolFiles.with(requested, interpreted(messages)), searched(messages));
        AssistantThread thread = new AssistantThread(
                id, now(), Objects.requireNonNullElse(request.metadata(), Map.of()), plan.resources());
        return new NewThread(thread, messages, plan);
    }

    /** Stores a new thread, as a part of a transaction. */
    public void insert(Sql sql, Project project, NewThread created) throws SQLException {
        stores.make(sql, project, created.stores());
        ToolFiles.require(sql, project, created.stores().resources());
        Store.insert(sql, project.name(), created.thread());
        for (Message message : created.messages()) {
            Store.put(sql, message);
        }
    }

    /**
     * Adds messages to a thread, and the files that they bring to its vector store and to its code interpreter, as a part
     * of a transaction.
     */
    public void add(Sql sql, Project project, String threadId, List<Message> messages) throws SQLException {
        for (Message message : messages) {
            Store.put(sql, message);
        }
        List<String> files = searched(messages);
        List<String> interpreted = interpreted(messages);
        if (!files.isEmpty() || !interpreted.isEmpty()) {
            AssistantThread old = Store.thread(sql, project.name(), threadId).orElseThrow();
            JsonValue resources = ToolFiles.with(old.toolResources(), interpreted);
            resources = files.isEmpty() ? resources : stores.attach(sql, project, resources, files);
            Store.update(sql, new AssistantThread(old.id(), old.createdAt(), old.metadata(), resources));
        }
    }

    private static List<String> searched(List<Message> messages) {
        return messages.stream().flatMap(message -> ToolStores.searched(message.attachments()).stream()).distinct()
                .toList();
    }

    private static List<String> interpreted(List<Message> messages) {
        return ToolFiles.attached(messages.stream().flatMap(message -> message.attachments().stream()).toList());
    }

    /** A thread by its id. */
    public AssistantThread thread(Project project, String id) {
        return database.read(sql -> Store.thread(sql, project.name(), id)).orElseThrow(() -> noThread(id));
    }

    /** A page of the project's threads. This is an extension: the hosted service had no such list. */
    public Page<AssistantThread> threads(Project project, PageRequest page) {
        return Lists.page(database, sql -> Store.threads(sql, project.name(), page));
    }

    /** Changes a thread, even while a run is active. */
    public AssistantThread modify(Project project, String id, UnaryOperator<AssistantThread> change) {
        return database
                .write(Changes.of(sql -> Store.thread(sql, project.name(), id), change, (sql, old, changed) -> {
                    stores.changed(sql, project, old.toolResources(), changed.toolResources());
                    ToolFiles.changed(sql, project, old.toolResources(), changed.toolResources());
                    Store.update(sql, changed);
                }))
                .orElseThrow(() -> noThread(id));
    }

    /**
     * Adds a message to a thread, unless a run has locked the thread. If an earlier request had the same key, returns
     * that request's message.
     */
    public Message create(
            Project project, String threadId, MessageRequest request, Optional<IdempotencyKey> key) {
        return idempotency.once(
                project, key, note -> create(project, threadId, request, note),
                done -> message(project, done.threadId(), done.objectId()));
    }

    private Message create(Project project, String threadId, MessageRequest request, Idempotency.Note note) {
        Message message = newMessage(project, threadId, request);
        refuseOr(database.write(sql -> {
            Optional<RejectedException> refusal = locked(sql, project, threadId, "add messages to");
            if (refusal.isEmpty()) {
                add(sql, project, threadId, List.of(message));
                note.write(sql, threadId, message.id(), 0);
            }
            return refusal;
        }));
        return message;
    }

    /** Deletes a message, unless a run has locked the thread. */
    public Deleted deleteMessage(Project project, String threadId, String id) {
        refuseOr(database.write(sql -> {
            Optional<RejectedException> refusal = locked(sql, project, threadId, "delete messages from");
            return refusal.isPresent() || Store.deleteMessage(sql, threadId, id)
                    ? refusal
                    : Optional.of(RejectedException.notFound("message", id));
        }));
        return Deleted.of(id, "thread.message.deleted");
    }

    /**
     * The reason why a thread's messages cannot be changed; empty if they can. To be called in the transaction that
     * changes them.
     */
    private static Optional<RejectedException> locked(Sql sql, Project project, String threadId, String what)
            throws SQLException {
        if (!Store.lockThread(sql, project.name(), threadId)) {
            return Optional.of(noThread(threadId));
        }
        return Store.activeRun(sql, threadId).map(run -> RejectedException.state(
                "Can't " + what + " " + threadId + " while a run " + run.id() + " is active."));
    }

    private static void refuseOr(Optional<RejectedException> refusal) {
        if (refusal.isPresent()) {
            throw refusal.get();
        }
    }

    /** Replaces a message's metadata, even while a run writes the message. */
    public Message modifyMessage(Project project, String threadId, String id, Map<String, String> metadata) {
        String runId = message(project, threadId, id).runId();
        Sql.Work<Optional<Message>> keep = sql -> {
            Store.relabelMessage(sql, id, metadata);
            if (runId != null) {
                AskStore.look(sql, runId);
            }
            return Store.message(sql, threadId, id);
        };
        Optional<Message> changed = runId == null
                ? database.write(keep)
                : open.relabel(runId, id, metadata, () -> database.begin(keep)).get();
        return changed.map(this::current).orElseThrow(() -> RejectedException.notFound("message", id));
    }

    /** A message by its id. A message that a run is writing shows the text so far. */
    public Message message(Project project, String threadId, String id) {
        return database.read(sql -> {
            requireThread(sql, project, threadId);
            return Store.message(sql, threadId, id);
        }).map(this::current).orElseThrow(() -> RejectedException.notFound("message", id));
    }

    /** A page of a thread's messages. A message that a run is writing shows the text so far. */
    public Page<Message> messages(Project project, String threadId, @Nullable String runId, PageRequest page) {
        Page<Message> stored = Lists.page(database, sql -> {
            requireThread(sql, project, threadId);
            return Store.messages(sql, threadId, runId, page);
        });
        return new Page<>(
                stored.data().stream().map(this::current).toList(), stored.firstId(), stored.lastId(),
                stored.hasMore());
    }

    /** Throws unless the project has a thread. */
    public static void requireThread(Sql sql, Project project, String id) throws SQLException {
        if (!Store.hasThread(sql, project.name(), id)) {
            throw noThread(id);
        }
    }

    public static RejectedException noThread(String id) {
        return RejectedException.notFound("thread", id);
    }

    /**
     * The current state of a message. The tables hold an open message as it was created; its run's fold has the text
     * since.
     */
    private Message current(Message stored) {
        String runId = stored.runId();
        if (stored.status() != MessageStatus.IN_PROGRESS || runId == null) {
            return stored;
        }
        return open.find(runId, stored.id())
                .map(found -> found.withMetadata(stored.metadata()))
                .or(() -> database.read(sql -> Store.message(sql, stored.threadId(), stored.id()))) // ended meanwhile
                .orElse(stored);
    }

    /** Makes messages for a thread, and checks that the files they name exist. Stores nothing. */
    public List<Message> newMessages(Project project, String threadId, @Nullable List<MessageRequest> requests) {
        List<Message> messages = new ArrayList<>();
        if (requests != null) {
            requests.forEach(request -> messages.add(newMessage(project, threadId, request)));
        }
        return messages;
    }

    private Message newMessage(Project project, String threadId, MessageRequest request) {
        long now = now();
        List<MessageContent> content = content(request.content());
        List<JsonValue> attachments = Objects.requireNonNullElse(request.attachments(), List.of());
        requireFiles(project, content, attachments);
        return new Message(
                Ids.message(), now, null, threadId, null, MessageStatus.COMPLETED, null, null, now, request.role(),
                content, attachments, Objects.requireNonNullElse(request.metadata(), Map.of()));
    }

    private void requireFiles(Project project, List<MessageContent> content, List<JsonValue> attachments) {
        Set<String> ids = new LinkedHashSet<>();
        for (MessageContent part : content) {
            if (part instanceof MessageContent.ImageFile image) {
                ids.add(image.imageFile().get("file_id").text());
            }
        }
        attachments.forEach(attachment -> ids.add(attachment.get("file_id").text()));
        for (String id : ids) {
            if (files.find(project, id).isEmpty()) {
                throw RejectedException.noFile(id, "file_id");
            }
        }
    }

    /**
     * The content of a message from that of a request: in a request a text part's text is a plain string, in a message
     * it is an object. Content that the server has made of a file has that object already.
     */
    private static List<MessageContent> content(JsonValue content) {
        if (content.isText()) {
            return List.of(MessageContent.Text.of(content.text()));
        }
        List<MessageContent> parts = new ArrayList<>();
        for (JsonValue part : content.elements()) {
            parts.add(part.get("type").text().equals("text") && part.get("text").isText()
                    ? MessageContent.Text.of(part.get("text").text())
                    : Json.convert(Json.tree(part), MessageContent.class));
        }
        return parts;
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
