package dev.runnel.server.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageContent;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.MessageStatus;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.Ids;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.Store;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Assistants, threads and messages: all that stands still. Thread-safe. */
public final class Conversations {
    private static final double DEFAULT_SAMPLING = 1.0;

    private final Database database;
    private final InstantSource clock;
    private final Sessions sessions;

    Conversations(Database database, InstantSource clock, Sessions sessions) {
        this.database = database;
        this.clock = clock;
        this.sessions = sessions;
    }

    /** Creates an assistant. */
    public Assistant create(AssistantRequest request) {
        Assistant assistant = new Assistant(
                Ids.assistant(),
                now(),
                request.name(),
                request.description(),
                request.model(),
                request.instructions(),
                Objects.requireNonNullElse(request.tools(), List.of()),
                Objects.requireNonNullElse(request.topP(), DEFAULT_SAMPLING),
                Objects.requireNonNullElse(request.temperature(), DEFAULT_SAMPLING),
                request.reasoningEffort(),
                Objects.requireNonNullElseGet(request.toolResources(), Json::object),
                Objects.requireNonNullElse(request.metadata(), Map.of()),
                Objects.requireNonNullElseGet(request.responseFormat(), () -> new TextNode("auto")));
        database.write(sql -> {
            Store.insert(sql, assistant);
            return assistant;
        });
        return assistant;
    }

    /** An assistant by its id. */
    public Assistant assistant(String id) {
        return database.read(sql -> Store.assistant(sql, id))
                .orElseThrow(() -> RejectedException.notFound("assistant", id));
    }

    /** Creates a thread with its first messages. */
    public AssistantThread create(ThreadRequest request) {
        AssistantThread thread = newThread(request);
        List<Message> messages = newMessages(thread.id(), request.messages());
        database.write(sql -> {
            insert(sql, thread, messages);
            return thread;
        });
        return thread;
    }

    AssistantThread newThread(ThreadRequest request) {
        return new AssistantThread(
                Ids.thread(),
                now(),
                Objects.requireNonNullElse(request.metadata(), Map.of()),
                Objects.requireNonNullElseGet(request.toolResources(), Json::object));
    }

    static void insert(Sql sql, AssistantThread thread, List<Message> messages) throws SQLException {
        Store.insert(sql, thread);
        for (Message message : messages) {
            Store.put(sql, message);
        }
    }

    /** A thread by its id. */
    public AssistantThread thread(String id) {
        return database.read(sql -> Store.thread(sql, id)).orElseThrow(() -> RejectedException.notFound("thread", id));
    }

    /** Adds a message to a thread, unless a run has locked it. */
    public Message create(String threadId, MessageRequest request) {
        thread(threadId);
        Message message = newMessage(threadId, request);
        Optional<Run> holder = database.write(sql -> {
            Optional<Run> active = Store.activeRun(sql, threadId);
            if (active.isEmpty()) {
                Store.put(sql, message);
            }
            return active;
        });
        if (holder.isPresent()) {
            throw RejectedException.state(
                    "Can't add messages to " + threadId + " while a run " + holder.get().id() + " is active.");
        }
        return message;
    }

    /** A message by its id; one that is being written, as far as it is. */
    public Message message(String threadId, String id) {
        thread(threadId);
        return database.read(sql -> Store.message(sql, threadId, id))
                .map(this::current)
                .orElseThrow(() -> RejectedException.notFound("message", id));
    }

    /** A page of a thread's messages; one that is being written, as far as it is. */
    public Page<Message> messages(String threadId, @Nullable String runId, PageRequest page) {
        thread(threadId);
        Page<Message> stored = database.read(sql -> Store.messages(sql, threadId, runId, page));
        return new Page<>(
                stored.data().stream().map(this::current).toList(), stored.firstId(), stored.lastId(),
                stored.hasMore());
    }

    /** The tables hold an open message as it was created; what it has grown to is in its run's fold. */
    private Message current(Message stored) {
        String runId = stored.runId();
        if (stored.status() != MessageStatus.IN_PROGRESS || runId == null) {
            return stored;
        }
        return sessions.find(runId)
                .flatMap(session -> session.message(stored.id()))
                .or(() -> database.read(sql -> Store.message(sql, stored.threadId(), stored.id()))) // ended meanwhile
                .orElse(stored);
    }

    List<Message> newMessages(String threadId, @Nullable List<MessageRequest> requests) {
        List<Message> messages = new ArrayList<>();
        if (requests != null) {
            requests.forEach(request -> messages.add(newMessage(threadId, request)));
        }
        return messages;
    }

    private Message newMessage(String threadId, MessageRequest request) {
        long now = now();
        return new Message(
                Ids.message(), now, null, threadId, null, MessageStatus.COMPLETED, null, null, now, request.role(),
                content(request.content()), Objects.requireNonNullElse(request.attachments(), List.of()),
                Objects.requireNonNullElse(request.metadata(), Map.of()));
    }

    /** In a request a text part's text is a plain string; in a message it is an object. */
    private static List<MessageContent> content(JsonNode content) {
        if (content.isTextual()) {
            return List.of(MessageContent.Text.of(content.textValue()));
        }
        List<MessageContent> parts = new ArrayList<>();
        for (JsonNode part : content) {
            parts.add(part.path("type").asText().equals("text")
                    ? MessageContent.Text.of(part.path("text").asText())
                    : Json.convert((ObjectNode) part, MessageContent.class));
        }
        return parts;
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
