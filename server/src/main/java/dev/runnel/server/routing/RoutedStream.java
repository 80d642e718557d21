package dev.runnel.server.routing;

import dev.runnel.model.ModelDelta;
import dev.runnel.model.ModelStream;
import dev.runnel.protocol.chat.ChatRequest;
import org.jspecify.annotations.Nullable;

/** A run's reply from one of several servers. Says first which one answers, if that is not plain from the name. */
final class RoutedStream implements ModelStream {
    private final RoutedReply<ModelStream> reply;

    // For the reading thread alone.
    private @Nullable ModelDelta held;

    RoutedStream(Trip trip, ChatRequest prompt) {
        this.reply = new RoutedReply<>(trip, permit -> permit.model().stream(prompt.withModel(permit.modelName())),
                ModelStream::close);
    }

    @Override
    public @Nullable ModelDelta next() {
        return held != null ? released() : taken(reply.next(ModelStream::next), true);
    }

    @Override
    public @Nullable ModelDelta nextArrived() {
        return held != null ? released() : taken(reply.arrived(ModelStream::nextArrived), false);
    }

    private @Nullable ModelDelta released() {
        ModelDelta delta = held;
        held = null;
        return delta;
    }

    private @Nullable ModelDelta taken(@Nullable ModelDelta delta, boolean waited) {
        if (delta == null) {
            if (waited) {
                reply.begin();
                reply.permit().end();
            }
            return null;
        }
        if (delta instanceof ModelDelta.Used used) {
            reply.permit().used(used.usage());
        }
        Permit permit = reply.permit();
        if (!reply.begin() || (permit.modelName().equals(reply.trip().asked()) && !reply.trip().choice())) {
            return delta;
        }
        held = delta;
        return new ModelDelta.Answered(permit.server(), permit.modelName(), reply.trip().detours());
    }

    @Override
    public void close() {
        reply.close();
    }
}
