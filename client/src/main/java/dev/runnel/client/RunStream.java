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
public final class RunStream extends ResumableStream<RunEvent> {
    private final RunCalls session;
    private final RunOptions options;
    private final RunFold fold;

    /** The run; the number tells the place in it. */
    private volatile @Nullable Position run;

    private int rounds;

    /** Outputs whose submission got no answer. The server may have them anyway. */
    private @Nullable List<ToolOutput> unconfirmed;

    /**
     * A stream from its beginning.
     *
     * @param fold gets the stream's events; still empty
     * @param resumedAt the caller's position; null for a new run
     */
    RunStream(
            RunCalls session,
            RunOptions options,
            EventFeed<RunEvent> first,
            RunFold fold,
            @Nullable Position resumedAt) {
        super(options.autoResume(), 0, first, resumedAt == null ? 0 : resumedAt.lastEventId());
        this.session = session;
        this.options = options;
        this.fold = fold;
        this.run = resumedAt;
    }

    @Override
    void fold(RunEvent event) {
        fold.apply(event);
        if (event instanceof RunEvent.RunChanged changed && run == null) {
            run = new Position(changed.run().threadId(), changed.run().id(), 0);
        }
    }

    @Override
    void isNews() {
        unconfirmed = null;
    }

    @Override
    boolean isKnown() {
        return run != null;
    }

    @Override
    boolean canResume() {
        return session.canResume(run);
    }

    @Override
    boolean pause(RunnelException reason, int retry) {
        return session.pause(reason, retry);
    }

    @Override
    EventFeed<RunEvent> attach(long after) {
        Position known = known();
        return session.attach(new Position(known.threadId(), known.runId(), after), fold);
    }

    @Override
    EventFeed<RunEvent> createAgain() {
        return session.create();
    }

    @Override
    BrokenStreamException located(BrokenStreamException broken) {
        return broken.at(position().orElse(null));
    }

    /** It goes on if the run waits for functions of these options. */
    @Override
    boolean goesOn() {
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
            use(waiting(() -> session.submit(resting, outputs)));
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
                : Optional.of(new Position(known.threadId(), known.runId(), lastNumber()));
    }

    /** The last event's number; 0 if there is none, or if the server does not number them. For any thread. */
    public long lastEventId() {
        return lastNumber();
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
        return session.cancel(known());
    }

    private Position known() {
        return position().orElseThrow(
                () -> new IllegalStateException("the run's id is not known yet: it comes with the first event"));
    }
}
