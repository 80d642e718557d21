package dev.runnel.client;

import dev.runnel.protocol.responses.GrowingResponse;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A response's events made from the object, for a server that keeps no stream to re-attach to. It reads the response at growing
 * intervals, and emits each change as a snapshot.
 */
final class ResponsePollFeed extends PollFeed<ResponseEvent> {
    /** The number of an event that no server has numbered. */
    private static final long UNNUMBERED = -1;

    private final String path;
    private final GrowingResponse known;
    private boolean rests;

    /**
     * A feed whose first read happens at once.
     *
     * @param lastEventId the number of the last event that the reader knows
     * @param known the reader's fold; the reader applies each event to it
     */
    ResponsePollFeed(Requester requester, String path, long lastEventId, GrowingResponse known) {
        super(requester, lastEventId);
        this.path = path;
        this.known = known;
    }

    @Override
    public @Nullable ResponseEvent next() {
        while (!rests) {
            ResponseObject now = waits.call(this::look);
            rests = now.status().terminal();
            if (!known.response().equals(Optional.of(now))) {
                return new ResponseEvent.Changed("response." + name(now.status()), UNNUMBERED, now);
            }
        }
        return null;
    }

    private ResponseObject look() {
        polling.pause();
        return requester.get(path, ResponseObject.class);
    }

    /** A cancelled response has no event of its own. */
    private static String name(ResponseStatus status) {
        return switch (status) {
            case CANCELLED -> ResponseStatus.INCOMPLETE.wire();
            case UNKNOWN -> ResponseStatus.IN_PROGRESS.wire();
            default -> status.wire();
        };
    }
}
