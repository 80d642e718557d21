package dev.runnel.client;

import dev.runnel.protocol.Message;
import dev.runnel.protocol.RequiredAction;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.ToolOutputsRequest.ToolOutput;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The events of a run, up to where it ends or requires action. {@link RunEvent.Done} itself is not handed out: {@link #next}
 * answers null there. Closing the stream lets go of the connection and does not end the run; {@link #cancel} does.
 *
 * <p>With {@link RunOptions} it goes on by itself: over tool rounds, calling the tools on the reading thread, and over breaks of the
 * connection, exactly after the last event.
 */
public final class RunStream extends EventStream<RunEvent> {
    private final RunSession session;
    private final RunOptions options;
    private final RunFold fold = new RunFold();
    private final Abortable waits = new Abortable();

    /** Events up to this number are known to the caller: they go into the fold only. */
    private final long taken;

    /** Which run it is; where in it, is told by the number. */
    private volatile @Nullable Position run;

    private volatile long lastEventId;

    /** The number of the last event in the fold, which may be behind what the caller had before. */
    private long folded;

    private volatile boolean closed;
    private volatile @Nullable RunFeed feed;
    private boolean ended;
    private int rounds;
    private int resumed;

    /**
     * A stream that is read from its beginning.
     *
     * @param resumedAt where the caller has read to; null for a run that is only just created
     */
    RunStream(RunSession session, RunOptions options, RunFeed first, @Nullable Position resumedAt) {
        this.session = session;
        this.options = options;
        this.feed = first;
        this.run = resumedAt;
        this.taken = resumedAt == null ? 0 : resumedAt.lastEventId();
        this.lastEventId = taken;
    }

    @Override
    public @Nullable RunEvent next() {
        while (!ended) {
            RunEvent event = pull();
            if (event == null) {
                ended = !goesOn();
            } else if (isNew(event)) {
                return event;
            }
        }
        return null;
    }

    private @Nullable RunEvent pull() {
        while (true) {
            try {
                RunFeed from = feed;
                return from == null ? reattached().next() : from.next();
            } catch (BrokenStreamException e) {
                letGo();
                if (++resumed > options.autoResume() || !session.canResume(run)) {
                    throw e.at(position().orElse(null));
                }
                waits.call(() -> RetryDelay.sleep(e, resumed - 1, null));
            } catch (ConnectionException | ApiException e) {
                boolean again = feed == null && e.isRetrySafe() && ++resumed <= options.autoResume();
                if (!again || !waits.call(() -> RetryDelay.sleep(e, resumed - 1, null))) {
                    throw e;
                }
            }
        }
    }

    private RunFeed reattached() {
        Position known = run;
        Position at = known == null ? null : new Position(known.threadId(), known.runId(), folded);
        return use(waits.call(() -> session.resume(at, fold)));
    }

    private RunFeed use(RunFeed next) {
        feed = next;
        if (closed) {
            next.close();
        }
        return next;
    }

    private void letGo() {
        RunFeed broken = feed;
        if (broken != null) {
            broken.close();
        }
        feed = null;
    }

    /** Takes the event into the fold, and tells whether the caller has not had it yet. */
    private boolean isNew(RunEvent event) {
        fold.apply(event);
        if (event instanceof RunEvent.RunChanged changed && run == null) {
            run = new Position(changed.run().threadId(), changed.run().id(), 0);
        }
        RunFeed from = feed;
        long number = from == null ? 0 : from.lastEventId();
        folded = number;
        boolean known = from instanceof SseFeed && number > 0 && number <= taken;
        if (!known) {
            resumed = 0;
            lastEventId = number;
        }
        return !known;
    }

    /** Whether the stream goes on after the run came to rest: it does if it rests for tools that are here. */
    private boolean goesOn() {
        Tools tools = options.tools();
        Run resting = fold.run().orElse(null);
        if (tools == null || resting == null || resting.status() != RunStatus.REQUIRES_ACTION
                || rounds == options.maxToolRounds()) {
            return false;
        }
        rounds++;
        RequiredAction action = resting.requiredAction();
        List<ToolOutput> outputs = action == null ? List.of() : tools.answer(action.submitToolOutputs().toolCalls());
        use(waits.call(() -> session.submit(resting, outputs)));
        return true;
    }

    /** The run, its messages and steps as far as they have arrived. To be read by the stream's thread. */
    public RunFold fold() {
        return fold;
    }

    /** The texts that messages grow by, as they come. */
    public Iterable<String> textDeltas() {
        return texts(event -> event instanceof RunEvent.MessageDelta delta ? delta.text() : "");
    }

    /**
     * Where the stream has been read to: enough to {@linkplain RunsApi#resume go on} exactly after the last event that was taken. For
     * any thread. Empty before the first event that tells the run's id.
     */
    public Optional<Position> position() {
        Position known = run;
        return known == null
                ? Optional.empty()
                : Optional.of(new Position(known.threadId(), known.runId(), lastEventId));
    }

    /** Reads to the end, and answers the run as it is then: ended, or in {@code requires_action}. */
    public Run finalRun() {
        drain();
        return fold.run().orElseThrow(() -> new IllegalStateException("the stream told of no run"));
    }

    /** Reads to the end, and answers the messages that the run wrote, oldest first. */
    public List<Message> finalMessages() {
        drain();
        return fold.messages();
    }

    /** Reads to the end, and answers the run's steps, oldest first. */
    public List<RunStep> finalSteps() {
        drain();
        return fold.steps();
    }

    /**
     * Asks the server to end the run, and answers the run as it is then. The stream goes on to the run's end. For any thread.
     *
     * @throws IllegalStateException if no event has told the run's id yet
     * @throws ApiException if the run has ended already
     */
    public Run cancel() {
        return session.cancel(position().orElseThrow(
                () -> new IllegalStateException("which run to cancel is known from its first event on")));
    }

    @Override
    public void close() {
        closed = true;
        waits.abort();
        RunFeed current = feed;
        if (current != null) {
            current.close();
        }
    }
}
