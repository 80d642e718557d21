package dev.runnel.server.model;

import dev.runnel.client.ApiException;
import dev.runnel.client.ChatStream;
import dev.runnel.client.RunnelException;
import dev.runnel.model.ModelDelta;
import dev.runnel.model.ModelStream;
import dev.runnel.protocol.chat.ChatChunk;
import dev.runnel.protocol.chat.ToolCallFragment;
import dev.runnel.protocol.chat.ToolCallSlots;
import dev.runnel.server.base.Ids;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A model server's reply as deltas. Each tool call has a usable id and a name. */
final class OpenAiReply implements ModelStream {
    /** An id that clients can send back: {@code submit_tool_outputs} does not accept longer ones. */
    private static final Pattern USABLE_ID = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    private final Function<ApiException, Optional<ChatStream>> again;
    private final UpstreamErrors errors;
    private final Secrets secrets;
    private final ToolCallSlots slots = ToolCallSlots.handingOn(
            Ids::toolCall, id -> USABLE_ID.matcher(id).matches());
    private final ArrayDeque<ModelDelta> ready = new ArrayDeque<>();
    private volatile ChatStream stream;
    private volatile boolean closed;
    private boolean begun;
    private boolean ended;

    /** The index of the choice that counts; negative before the first. */
    private int index = -1;

    /** @param again opens another stream in the place of one that begins with this error; empty if none would be better */
    OpenAiReply(ChatStream stream, Function<ApiException, Optional<ChatStream>> again, UpstreamErrors errors,
            Secrets secrets) {
        this.stream = stream;
        this.again = again;
        this.errors = errors;
        this.secrets = secrets;
    }

    @Override
    public @Nullable ModelDelta next() {
        ModelDelta delta = next(this::chunk);
        if (delta == null && !ended) {
            ended = true;
            slots.finish().forEach(this::show);
            delta = ready.poll();
        }
        return delta;
    }

    /** Nothing before the first chunk: that may open another stream, which takes time. */
    @Override
    public @Nullable ModelDelta nextArrived() {
        return begun ? next(stream::nextArrived) : null;
    }

    private @Nullable ChatChunk chunk() {
        if (begun) {
            return stream.next();
        }
        begun = true;
        try {
            return stream.next();
        } catch (ApiException e) {
            stream = again.apply(e).orElseThrow(() -> e);
            if (closed) {
                stream.close();
            }
            return stream.next();
        }
    }

    private @Nullable ModelDelta next(Supplier<@Nullable ChatChunk> chunks) {
        try {
            for (ChatChunk chunk; ready.isEmpty() && !ended && (chunk = chunks.get()) != null;) {
                split(chunk);
            }
            return ready.poll();
        } catch (RunnelException e) {
            throw errors.failure(e);
        }
    }

    /** Splits a chunk into deltas. One choice counts, the first that came: a run asks for one, and some servers give it another index. */
    private void split(ChatChunk chunk) {
        for (ChatChunk.Choice choice : chunk.choices()) {
            index = index < 0 ? choice.index() : index;
            if (choice.index() == index) {
                split(choice);
            }
        }
        if (chunk.usage() != null) {
            ready.add(new ModelDelta.Used(chunk.usage()));
        }
    }

    private void split(ChatChunk.Choice choice) {
        ChatChunk.Delta delta = choice.delta();
        if (!delta.reasoning().isEmpty()) {
            ready.add(new ModelDelta.Reasoning(secrets.redactReply(delta.reasoning())));
        }
        if (!delta.content().isEmpty()) {
            ready.add(new ModelDelta.Text(secrets.redactReply(delta.content())));
        }
        if (!delta.refusal().isEmpty()) {
            ready.add(new ModelDelta.Refusal(secrets.redactReply(delta.refusal())));
        }
        for (ToolCallFragment fragment : delta.toolCalls()) {
            ToolCallSlots.Placed placed = slots.add(fragment);
            if (!placed.name().isEmpty()
                    && (placed.opened() || !placed.arguments().isEmpty() || placed.extra() != null)) {
                show(placed);
            }
        }
        if (choice.finishReason() != null) {
            ready.add(new ModelDelta.Finished(secrets.redact(choice.finishReason())));
        }
    }

    private void show(ToolCallSlots.Placed placed) {
        if (placed.name().isEmpty()) {
            throw errors.fault(errors.does("called a function without naming it."), null);
        }
        ready.add(new ModelDelta.ToolCall(
                placed.position(), placed.id(), placed.name(), secrets.redactReply(placed.arguments()),
                placed.extra()));
    }

    @Override
    public void close() {
        closed = true;
        stream.close();
    }
}
