package dev.runnel.server.http.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.model.ChatAnswer;
import dev.runnel.model.ChatRelay;
import dev.runnel.model.ModelException;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.chat.ChatUsage;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.projects.UsageBook;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what one chat completion uses, and writes it into the book when it is closed. The tokens are those that the model server tells in its
 * reply, or in the last data of a stream. If it tells none, as in most streams whose client did not ask for them, they are estimated: one for
 * four characters of the prompt, and one for each piece of the reply. For one thread.
 */
final class ChatTally implements AutoCloseable {
    private static final int CHARACTERS_PER_TOKEN = 4;

    private final UsageBook book;
    private final Project project;
    private final String asked;
    private final long promptTokens;
    private @Nullable String served;
    private byte @Nullable [] last;
    private long pieces;
    private boolean failed;

    /** @param promptTokens as estimated */
    ChatTally(UsageBook book, Project project, String asked, long promptTokens) {
        this.book = book;
        this.project = project;
        this.asked = asked;
        this.promptTokens = promptTokens;
    }

    /** An estimate of a request's prompt: the texts of its messages. */
    static long promptTokens(JsonNode request) {
        long characters = 0;
        for (JsonNode message : request.path("messages")) {
            JsonNode content = message.path("content");
            characters += content.asText().length();
            for (JsonNode part : content) {
                characters += part.path("text").asText().length();
            }
        }
        return characters / CHARACTERS_PER_TOKEN;
    }

    /** Counts a reply that comes as a whole. */
    byte[] whole(Supplier<ChatAnswer> call) {
        ChatAnswer answer = watched(call);
        served = answer.servedModel();
        last = answer.json();
        return answer.json();
    }

    /** The same stream, counted. */
    ChatRelay streamed(Supplier<ChatRelay> call) {
        return new Counted(watched(call));
    }

    private <T extends @Nullable Object> T watched(Supplier<T> action) {
        try {
            return action.get();
        } catch (ModelException e) {
            noteFailure();
            throw e;
        }
    }

    private void noteFailure() {
        failed = !Thread.currentThread().isInterrupted(); // otherwise the client hung up
    }

    @Override
    public void close() {
        ChatUsage told = told(last);
        boolean refused = failed && last == null;
        long prompt = told != null ? told.promptTokens() : refused ? 0 : promptTokens;
        long completion = told != null ? told.completionTokens() : pieces;
        book.addChat(project, asked, served, prompt, completion, failed);
    }

    private static @Nullable ChatUsage told(byte @Nullable [] json) {
        if (json == null) {
            return null;
        }
        try {
            return ChatJson.readChunk(json).usage();
        } catch (JsonException e) {
            return null; // the caller gets it as it is
        }
    }

    private final class Counted implements ChatRelay {
        private final ChatRelay relay;

        Counted(ChatRelay relay) {
            this.relay = relay;
        }

        /** Calls directly, not through {@code watched}: a thread that waits here has fewer frames (docs/decisions/0002). */
        @Override
        public byte @Nullable [] next() {
            try {
                return counted(relay.next());
            } catch (ModelException e) {
                noteFailure();
                throw e;
            }
        }

        @Override
        public byte @Nullable [] nextArrived() {
            return counted(watched(relay::nextArrived));
        }

        private byte @Nullable [] counted(byte @Nullable [] data) {
            if (data != null) {
                last = data;
                pieces++;
            }
            return data;
        }

        @Override
        public void close() {
            served = relay.servedModel();
            relay.close();
        }
    }
}
