package dev.runnel.client;

import dev.runnel.protocol.Message;
import dev.runnel.protocol.RequiredAction;
import dev.runnel.protocol.RequiredAction.FunctionToolCall;
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
 * The events of a run, until it ends or requires action. {@link #next} returns null there, and never {@link RunEvent.Done}. Closing the
 * stream does not end the run; {@link #cancel} does.
 *
 * <p>With {@link RunOptions} it goes on by itself: after function calls, which it makes on the reading thread, and after a
 * break of the connection, exactly after the last event.
 */
public final class RunStream extends EventStream<RunEvent> {
    private final RunCalls session;
    private final RunOptions options;
    private final RunFold fold;
    private final Abortable waits = new Abortable();

    /** The caller knows the events up to this number: they only go into the fold. */
    private long taken;

    /** The run; the number tells the place in it. */
    private volatile @Nullable Position run;

    private volatile long lastEventId;

    /** The number of the last event in the fold, which may be lower than that of the caller's last event. */
    private long folded;

    private volatile boolean closed;
    private volatile @Nullable RunFeed feed;
    private boolean ended;
    private @Nullable Throwable failure;
    private int rounds;
    private int resumed;

    /** Outputs whose submission got no answer. The server may have them anyway. */
    private @Nullable List<ToolOutput> unconfirmed;

    /**
     * A stream from its beginning.
     *
     * @param fold gets the stream's events; still empty
     * @param resumedAt the caller's position; null for a new run
     */
    RunStream(
            RunCalls session, RunOptions options, RunFeed first, RunFold fold, @Nullable Position resumedAt) {
        this.session = session;
        this.options = options;
        this.fold = fold;
        this.feed = first;
        this.run = resumedAt;
        this.taken = resumedAt == null ? 0 : resumedAt.lastEventId();
        this.lastEventId = taken;
    }

    /** After a failure it always fails: going on could create a second run. */
    @Override
    public @Nullable RunEvent next() {
        if (failure instanceof RuntimeException again) {
            throw again;
        } else if (failure instanceof Error again) {
            throw again;
        }
        try {
            return nextNew();
        } catch (RuntimeException | Error e) {
            failure = e;
            letGo();
            throw e;
        }
    }

    private @Nullable RunEvent nextNew() {
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
                if (!session.canResume(run) || !isWorthAnotherTry(e)) {
                    throw e.at(position().orElse(null));
                }
            } catch (ConnectionException | ApiException e) {
                if (!e.isRetrySafe() || !isWorthAnotherTry(e)) {
                    throw e;
                }
            }
        }
    }

    /** Whether to re-attach after a failure. If so, it has already waited. */
    private boolean isWorthAnotherTry(RunnelException e) {
        letGo();
        return ++resumed <= options.autoResume() && waits.call(() -> session.pause(e, resumed - 1));
    }

    private RunFeed reattached() {
        Position known = run;
        if (known == null) {
            taken = lastEventId; // the stream comes again from its beginning
            return use(waits.call(() -> session.resume(null, fold)));
        }
        Position at = new Position(known.threadId(), known.runId(), folded);
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

    /** Applies the event to the fold, and returns whether it is new to the caller. */
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
            unconfirmed = null;
            lastEventId = Math.max(lastEventId, number);
        }
        return !known;
    }

    /** Whether the stream goes on after the run came to rest: it does if the run waits for functions of these options. */
    private boolean goesOn() {
        Tools tools = options.tools();
        Run resting = fold.run().orElse(null);
        if (tools == null || resting == null || resting.status() != RunStatus.REQUIRES_ACTION) {
            return false;
        }
        RequiredAction action = resting.requiredAction();
        List<ToolOutput> outputs = unconfirmed;
        if (outputs == null) {
            if (action == null || rounds == options.maxToolRounds()) {
                return false;
            }
            rounds++;
            outputs = answers(tools, resting, action.submitToolOutputs().toolCalls());
        }
        submit(resting, outputs);
        return true;
    }

    /**
     * Cancels a run that gets no outputs any more, because its thread would otherwise stay locked until the run expires. Not if
     * the reader was interrupted: another reader may go on with the run.
     */
    private List<ToolOutput> answers(Tools tools, Run resting, List<FunctionToolCall> calls) {
        try {
            return tools.answer(calls, options.toolFailuresThrown());
        } catch (RuntimeException | Error e) {
            if (!Thread.currentThread().isInterrupted()) {
                cancelBecauseOf(e, resting);
            }
            throw e;
        }
    }

    private void cancelBecauseOf(Throwable failure, Run resting) {
        try {
            session.cancel(new Position(resting.threadId(), resting.id(), 0));
        } catch (RunnelException e) {
            failure.addSuppressed(e);
        }
    }

    /** If the answer is lost, re-attaching shows whether the run has the outputs. If not, they are submitted again. */
    private void submit(Run resting, List<ToolOutput> outputs) {
        unconfirmed = outputs;
        try {
            use(waits.call(() -> session.submit(resting, outputs)));
            unconfirmed = null;
        } catch (ConnectionException e) {
            if (!isWorthAnotherTry(e)) {
                throw e;
            }
        }
    }

    /** The run, its messages and its steps as far as they have arrived. For the reading thread only. */
    public RunFold fold() {
        return fold;
    }

    /**
     * The text fragments of the messages, as they arrive. At the end of a run that failed or expired the iterator throws a
     * {@link RunFailedException}, unless {@linkplain RunOptions#runFailuresThrown the options} say otherwise.
     */
    public Iterable<String> textDeltas() {
        return texts(event -> event instanceof RunEvent.MessageDelta delta ? delta.text() : "");
    }

    /**
     * The position of the last event that was read; {@link RunsApi#resume} goes on exactly after it. For any thread. Empty
     * before the first event that has the run's id.
     */
    public Optional<Position> position() {
        Position known = run;
        return known == null
                ? Optional.empty()
                : Optional.of(new Position(known.threadId(), known.runId(), lastEventId));
    }

    /** The last event's number; 0 if there is none, or if the server does not number them. For any thread. */
    public long lastEventId() {
        return lastEventId;
    }

    @Override
    void checkEnd() {
        Run ended = fold.run().orElse(null);
        if (ended != null && options.runFailuresThrown()
                && (ended.status() == RunStatus.FAILED || ended.status() == RunStatus.EXPIRED)) {
            throw new RunFailedException(ended);
        }
    }

    /** Reads to the end, and returns the run: ended in any way, or in {@code requires_action}. */
    public Run finalRun() {
        drain();
        return fold.run().orElseThrow(() -> new IllegalStateException("the stream had no event with a run"));
    }

    /** Reads to the end, and returns the messages that the run wrote, oldest first. */
    public List<Message> finalMessages() {
        drain();
        return fold.messages();
    }

    /** Reads to the end, and returns the run's steps, oldest first. */
    public List<RunStep> finalSteps() {
        drain();
        return fold.steps();
    }

    /**
     * Asks the server to cancel the run, and returns the run as it then is. The stream goes on to the run's end. For any
     * thread.
     *
     * @throws IllegalStateException if no event with the run's id has arrived yet
     * @throws ApiException if the run has ended already
     */
    public Run cancel() {
        return session.cancel(position().orElseThrow(
                () -> new IllegalStateException("the run's id is not known yet: it comes with the first event")));
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
