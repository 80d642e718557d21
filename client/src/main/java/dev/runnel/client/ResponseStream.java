package dev.runnel.client;

import dev.runnel.client.exchange.Call;
import dev.runnel.protocol.responses.GrowingResponse;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The events of a response, until it ends. Closing the stream does not end a response that is stored.
 *
 * <p>With {@link RunOptions} it goes on by itself: after a break of the connection, exactly after the last event; and after
 * function calls, which it makes on the reading thread. Their outputs are the input of another response, whose events follow,
 * numbered from 0 again.
 */
public final class ResponseStream extends ResumableStream<ResponseEvent> {
    /** The number before that of the first event. */
    static final long NONE = -1;

    private final ResponseCalls calls;
    private final RunOptions options;
    private final ResponseRounds rounds;
    private GrowingResponse fold;

    /** Creates the present response; null for one that exists already. */
    private @Nullable Call creation;

    private volatile @Nullable String id;

    /** A stream of a new response. */
    ResponseStream(ResponseCalls calls, RunOptions options, ResponseRounds rounds, Call creation) {
        super(options.autoResume(), NONE, calls.create(creation), NONE);
        this.calls = calls;
        this.options = options;
        this.rounds = rounds;
        this.fold = new GrowingResponse();
        this.creation = creation;
    }

    /**
     * A stream of a response that exists already.
     *
     * @param taken the number of the last event that the caller knows
     * @param fold gets the stream's events; still empty
     */
    ResponseStream(ResponseCalls calls, RunOptions options, String id, long taken, GrowingResponse fold) {
        super(options.autoResume(), NONE, calls.attach(id, NONE, fold), taken);
        this.calls = calls;
        this.options = options;
        this.rounds = new ResponseRounds(null, options);
        this.fold = fold;
        this.id = id;
    }

    @Override
    void fold(ResponseEvent event) {
        fold.apply(event);
        if (event instanceof ResponseEvent.Changed changed) {
            id = changed.response().id();
        }
    }

    @Override
    boolean isKnown() {
        return id != null;
    }

    @Override
    boolean canResume() {
        return isKnown() ? rounds.isKept() : creation != null && creation.repeatable();
    }

    @Override
    boolean pause(RunnelException reason, int retry) {
        return calls.pause(reason, retry);
    }

    @Override
    EventFeed<ResponseEvent> attach(long after) {
        return calls.attach(knownId(), after, fold);
    }

    @Override
    EventFeed<ResponseEvent> createAgain() {
        Call again = creation;
        if (again == null) {
            throw new IllegalStateException("the response exists already");
        }
        return calls.create(again);
    }

    @Override
    BrokenStreamException located(BrokenStreamException broken) {
        return broken;
    }

    /** It goes on with another response if this one calls functions of these options. */
    @Override
    boolean goesOn() {
        ResponseObject ended = fold.response().orElse(null);
        if (ended == null || !rounds.goesOn(ended)) {
            return false;
        }
        creation = calls.creation(rounds.request());
        fold = new GrowingResponse();
        id = null;
        startOver();
        return true;
    }

    /**
     * The response as far as it has arrived; empty before the first event that has it. If functions were called, it is the
     * latest one. For the reading thread only.
     */
    public Optional<ResponseObject> response() {
        return fold.response();
    }

    /**
     * The text fragments of the messages, as they arrive. At the end of a response that failed the iterator throws a {@link
     * ResponseFailedException}, unless {@linkplain RunOptions#runFailuresThrown the options} say otherwise.
     */
    public Iterable<String> textDeltas() {
        return texts(event -> event instanceof ResponseEvent.TextDelta delta ? delta.delta() : "");
    }

    /**
     * The response's id; empty before the first event that has it. With the {@linkplain #lastSequenceNumber() last number},
     * {@link ResponsesApi#resume} goes on exactly after the last event that was read. For any thread.
     */
    public Optional<String> responseId() {
        return Optional.ofNullable(id);
    }

    /** The last event's number within its response; -1 if there is none. For any thread. */
    public long lastSequenceNumber() {
        return lastNumber();
    }

    @Override
    void checkEnd() {
        ResponseObject ended = fold.response().orElse(null);
        if (ended != null && options.runFailuresThrown() && ended.status() == ResponseStatus.FAILED) {
            throw new ResponseFailedException(ended);
        }
    }

    /** Reads to the end, and returns the response, ended in any way. */
    public ResponseObject finalResponse() {
        drain();
        return fold.response().orElseThrow(() -> new IllegalStateException("the stream had no event with a response"));
    }

    /**
     * Reads to the end, and returns the object that the model wrote, for a request of {@link ResponsesApi#structured}.
     *
     * @throws UnusableReplyException if the model refused, was cut off, or wrote something else
     * @throws ResponseFailedException if the response failed
     */
    public <T> T finalObject(Class<T> type) {
        return StructuredReply.read(finalResponse(), type);
    }

    /**
     * Asks the server to cancel the response, and returns the response as it then is. The stream goes on to the response's end.
     * Servers cancel only responses whose request says {@code background}. For any thread.
     *
     * @throws IllegalStateException if no event with the response's id has arrived yet
     * @throws ApiException if the response is not one in the background
     */
    public ResponseObject cancel() {
        return calls.cancel(knownId());
    }

    private String knownId() {
        return responseId().orElseThrow(
                () -> new IllegalStateException("the response's id is not known yet: it comes with the first event"));
    }
}
