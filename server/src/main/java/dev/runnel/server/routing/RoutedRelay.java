package dev.runnel.server.routing;

import dev.runnel.model.ChatRelay;
import dev.runnel.server.model.ModelMember;
import org.jspecify.annotations.Nullable;

/** A reply from one of several servers, passed on as it is; it carries the name that the caller asked for. */
final class RoutedRelay implements ChatRelay {
    private final RoutedReply<ChatRelay> reply;

    // For the reading thread alone.
    private byte @Nullable [] last;

    RoutedRelay(Trip trip, byte[] request) {
        this.reply = new RoutedReply<>(trip,
                permit -> permit.model().relay(ModelMember.renamed(request, trip.asked(), permit.modelName())),
                ChatRelay::close);
    }

    @Override
    public byte @Nullable [] next() {
        byte[] data = reply.next(ChatRelay::next);
        if (data == null) {
            reply.begin();
            reply.permit().usedAsTold(last);
            reply.permit().end();
        }
        return taken(data);
    }

    @Override
    public byte @Nullable [] nextArrived() {
        return taken(reply.arrived(ChatRelay::nextArrived));
    }

    @Override
    public @Nullable String servedModel() {
        return reply.permit().modelName();
    }

    private byte @Nullable [] taken(byte @Nullable [] data) {
        if (data == null) {
            return null;
        }
        reply.begin();
        last = data;
        return ModelMember.renamed(data, reply.permit().modelName(), reply.trip().asked());
    }

    @Override
    public void close() {
        reply.close();
    }
}
