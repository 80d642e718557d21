package dev.runnel.server.observed;

import dev.runnel.model.ModelException;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.chat.ChatUsage;
import dev.runnel.server.base.TraceHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One call of a model, from its beginning to its end. One thread reads the reply; any thread may end the call. */
final class ObservedCall {
    private final List<ModelCall> observers;
    private final Optional<TraceHeaders> headers;
    private final AtomicBoolean over = new AtomicBoolean();

    // For the reading thread alone.
    private boolean begun;

    /** A call that begins now. */
    ObservedCall(List<ModelObserver> observers, String model, boolean streamed) {
        this.observers = observers.stream().map(observer -> observer.begun(model, streamed)).toList();
        this.headers = this.observers.stream().flatMap(call -> call.headers().stream()).findFirst();
    }

    /** Does a part of the call. Until the first piece of the reply has come, it may send requests. */
    <T extends @Nullable Object> T watched(Supplier<T> part) {
        try {
            return begun || headers.isEmpty() ? part.get() : headers.get().work(part::get);
        } catch (ModelException e) {
            failed(e);
            throw e;
        }
    }

    /** Whether the first piece of the reply has come. */
    boolean hasBegun() {
        return begun;
    }

    /** The call failed. */
    void failed(ModelException failure) {
        end(failure.kind().name().toLowerCase(Locale.ROOT));
    }

    /** A piece of the reply has arrived. */
    void arrived() {
        if (!begun) {
            begun = true;
            observers.forEach(ModelCall::arrived);
        }
    }

    /** Tells what happened. */
    void tell(Consumer<ModelCall> what) {
        observers.forEach(what);
    }

    /** Tells what a whole reply, or one of the last chunks of one, says about the call. */
    void tellFrom(byte[] json) {
        ChatChunk chunk;
        try {
            chunk = ChatJson.readChunk(json);
        } catch (JsonException e) {
            return; // the caller gets it as it is, and it says nothing
        }
        ChatUsage usage = chunk.usage();
        if (usage != null) {
            tell(call -> call.used(usage));
        }
        for (ChatChunk.Choice choice : chunk.choices()) {
            String reason = choice.finishReason();
            if (choice.index() == 0 && reason != null) {
                tell(call -> call.finished(reason));
            }
        }
    }

    /** The reply is whole. */
    void whole() {
        end("");
    }

    /** The call was closed before the reply was whole. Does nothing if the call is over. */
    void closed() {
        end("cancelled");
    }

    private void end(String error) {
        if (over.compareAndSet(false, true)) {
            tell(call -> call.ended(error));
        }
    }
}
