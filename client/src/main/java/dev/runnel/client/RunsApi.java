package dev.runnel.client;

import dev.runnel.client.exchange.Call;
import dev.runnel.protocol.MetadataChange;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.RunRequest;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.ToolOutputsRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

import static dev.runnel.client.exchange.Paths.run;
import static dev.runnel.client.exchange.Paths.runs;
import static dev.runnel.client.exchange.Paths.segment;

/**
 * Runs and their steps. Thread-safe. If the answer to a request that creates a run is lost, the client does not send the
 * request again, because there could then be two runs; {@linkplain RunnelClient.Builder#idempotencyKeys idempotency keys} make
 * that safe.
 */
public final class RunsApi {
    private static final String CONTENT = "step_details.tool_calls[*].file_search.results[*].content";

    private final Requester requester;
    private final Async async;

    RunsApi(Requester requester, Async async) {
        this.requester = requester;
        this.async = async;
    }

    /** Creates a run on a thread and streams it. */
    public RunStream stream(String threadId, RunRequest request) {
        return stream(threadId, request, RunOptions.DEFAULT);
    }

    /** Creates a run on a thread and streams it, with these options. */
    public RunStream stream(String threadId, RunRequest request, RunOptions options) {
        return open(runs(threadId), request, options);
    }

    /** Creates a thread and a run on it, and streams it. */
    public RunStream streamWithThread(RunRequest request) {
        return streamWithThread(request, RunOptions.DEFAULT);
    }

    /** Creates a thread and a run on it, and streams it, with these options. */
    public RunStream streamWithThread(RunRequest request, RunOptions options) {
        return open("/threads/runs", request, options);
    }

    private RunStream open(String path, RunRequest request, RunOptions options) {
        RunRequest streamed = options.offered(request).withStream(true);
        RunCalls session = new RunCalls(
                requester, Call.post(path, streamed).withKey(requester.newKey()).streamed());
        return new RunStream(session, options, session.create(), new RunFold(), null);
    }

    /**
     * Creates a run on a thread and streams it on one of the client's threads, which calls the consumer.
     *
     * @return the run at its stream's end, or a {@link RunFailedException}; if you cancel or complete the future, the
     *     connection is closed
     */
    public CompletableFuture<Run> streamAsync(
            String threadId, RunRequest request, RunOptions options, Consumer<RunEvent> consumer) {
        return async.start(() -> consumed(stream(threadId, request, options), consumer));
    }

    /** Creates a thread and a run on it, and streams it as {@link #streamAsync} does. */
    public CompletableFuture<Run> streamWithThreadAsync(
            RunRequest request, RunOptions options, Consumer<RunEvent> consumer) {
        return async.start(() -> consumed(streamWithThread(request, options), consumer));
    }

    private static Run consumed(RunStream opened, Consumer<RunEvent> consumer) {
        try (RunStream stream = opened) {
            stream.forEach(consumer);
            stream.checkEnd();
            return stream.finalRun();
        }
    }

    /**
     * The events of a run. Each subscription creates and streams its own run, on one of the client's threads. If the run
     * failed, the events are followed by a {@link RunFailedException}.
     */
    public Flow.Publisher<RunEvent> publish(String threadId, RunRequest request, RunOptions options) {
        return new StreamPublisher<>(() -> stream(threadId, request, options), async);
    }

    /** As {@link #publish}; each subscription creates a thread, too. */
    public Flow.Publisher<RunEvent> publishWithThread(RunRequest request, RunOptions options) {
        return new StreamPublisher<>(() -> streamWithThread(request, options), async);
    }

    /** Goes on with a run's stream exactly after a position. See {@link #resume(Position, RunOptions)}. */
    public RunStream resume(Position at) {
        return resume(at, RunOptions.DEFAULT);
    }

    /**
     * Goes on with a run's stream exactly after a position: first the past events, then the live ones. A position with the
     * number 0 gives all events. The events before the position go into the fold, so the fold is whole.
     *
     * <p>Only Runnel serves this. From any other server, and where Runnel no longer keeps the events, the client reads the run, its steps
     * and its messages as objects, again and again until the run ends or requires action. The events are then snapshots, without deltas.
     */
    public RunStream resume(Position at, RunOptions options) {
        RunCalls session = new RunCalls(requester, null);
        Position start = new Position(at.threadId(), at.runId(), 0);
        RunFold fold = new RunFold();
        return new RunStream(session, options, session.attach(start, fold), fold, at);
    }

    /** Creates a run on a thread, without waiting for its end. */
    public Run create(String threadId, RunRequest request) {
        return requester.create(runs(threadId), request.withStream(false), Run.class);
    }

    /** Creates a thread and a run on it, without waiting for its end. */
    public Run createWithThread(RunRequest request) {
        return requester.create("/threads/runs", request.withStream(false), Run.class);
    }

    /** Submits the outputs that a run waits for, without waiting for its end. */
    public Run submitToolOutputs(String threadId, String runId, ToolOutputsRequest request) {
        return requester.create(outputsPath(threadId, runId), request.withStream(false), Run.class);
    }

    /** Submits the outputs that a run waits for, and streams the events that follow. */
    public RunStream streamToolOutputs(String threadId, String runId, ToolOutputsRequest request) {
        return streamToolOutputs(threadId, runId, request, RunOptions.DEFAULT);
    }

    /** Submits the outputs that a run waits for, and streams the events that follow, with these options. */
    public RunStream streamToolOutputs(
            String threadId, String runId, ToolOutputsRequest request, RunOptions options) {
        Call call = Call.post(outputsPath(threadId, runId), request.withStream(true)).withKey(requester.newKey());
        RunCalls session = new RunCalls(requester, call.streamed());
        return new RunStream(session, options, session.create(), new RunFold(), null);
    }

    /** A run in its present state. */
    public Run get(String threadId, String runId) {
        return requester.get(run(threadId, runId), Run.class);
    }

    /** A thread's runs. */
    public Pages<Run> list(String threadId) {
        return Pages.of(requester, runs(threadId), Run.class);
    }

    /** Changes a run's metadata. */
    public Run modify(String threadId, String runId, MetadataChange change) {
        return requester.post(run(threadId, runId), change, Run.class);
    }

    /**
     * Waits until a run has ended or requires action. It reads the run at growing intervals of up to a second.
     *
     * @throws ClosedStreamException if the thread is interrupted
     */
    public Run await(String threadId, String runId) {
        Polling polling = new Polling();
        while (true) {
            polling.pause();
            Run run = get(threadId, runId);
            if (RunEventReader.rests(run.status())) {
                return run;
            }
        }
    }

    /** Asks the server to cancel a run. */
    public Run cancel(String threadId, String runId) {
        return requester.post(run(threadId, runId) + "/cancel", null, Run.class);
    }

    /** A run's steps. */
    public Pages<RunStep> steps(String threadId, String runId) {
        return Pages.of(requester, run(threadId, runId) + "/steps", RunStep.class);
    }

    /** A run's steps, in which file searches have the text of the passages that they have found. */
    public Pages<RunStep> stepsWithContent(String threadId, String runId) {
        return Pages.of(requester, run(threadId, runId) + "/steps?include%5B%5D=" + segment(CONTENT), RunStep.class);
    }

    /** A run step by its id. */
    public RunStep step(String threadId, String runId, String stepId) {
        return requester.get(run(threadId, runId) + "/steps/" + segment(stepId), RunStep.class);
    }

    private static String outputsPath(String threadId, String runId) {
        return run(threadId, runId) + "/submit_tool_outputs";
    }
}
