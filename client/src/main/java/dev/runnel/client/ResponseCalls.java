package dev.runnel.client;

import dev.runnel.client.exchange.Answers;
import dev.runnel.client.exchange.Call;
import dev.runnel.client.exchange.Paths;
import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.responses.GrowingResponse;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseRequest;

/** The requests of a response's stream. Thread-safe. */
final class ResponseCalls {
    static final String PATH = "/responses";

    private static final int GONE = 410;

    private final Requester requester;

    ResponseCalls(Requester requester) {
        this.requester = requester;
    }

    static String path(String id) {
        return PATH + "/" + Paths.segment(id);
    }

    /** The request that creates a response and streams it; repeatable only if it carries a key. */
    Call creation(ResponseRequest request) {
        return Call.post(PATH, request.toBuilder().stream(true).build()).withKey(requester.newKey()).streamed();
    }

    /** A response's whole stream, from its creation on. */
    EventFeed<ResponseEvent> create(Call creation) {
        return feed(requester.open(creation), ResponseStream.NONE);
    }

    /**
     * The events after a number, from the server's log. If the server keeps no log, or no longer (410, or 204 as for event
     * sources), they come from its object.
     *
     * @param after {@link ResponseStream#NONE} for all events
     * @param known the reader's fold of the response so far
     */
    EventFeed<ResponseEvent> attach(String id, long after, GrowingResponse known) {
        String query = "?stream=true" + (after == ResponseStream.NONE ? "" : "&starting_after=" + after);
        try {
            Transport.Response response = requester.open(Call.get(path(id) + query).streamed());
            if (Answers.isEventStream(response)) {
                return feed(response, after);
            }
            response.close();
        } catch (ApiException e) {
            if (e.status() != GONE) {
                throw e;
            }
        }
        return new ResponsePollFeed(requester, path(id), after, known);
    }

    private EventFeed<ResponseEvent> feed(Transport.Response response, long seen) {
        return new SseFeed<>(response, requester.budget(), new ResponseEventReader(), seen);
    }

    /** Waits before re-attaching after a failure; false if another try would come too late. */
    boolean pause(RunnelException failure, int retry) {
        return requester.pause(failure, retry, null);
    }

    ResponseObject cancel(String id) {
        return requester.post(path(id) + "/cancel", null, ResponseObject.class);
    }
}
