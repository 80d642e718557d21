package dev.runnel.server.engine.runs;

import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.protocol.Usage;
import dev.runnel.server.base.RequestId;
import dev.runnel.server.engine.prompts.Prompt;
import dev.runnel.server.engine.prompts.Prompts;
import dev.runnel.server.engine.requests.Idempotency;
import dev.runnel.server.log.HiddenEvent;
import dev.runnel.server.log.LogAppender;
import dev.runnel.server.store.rows.CrashStore;
import dev.runnel.server.store.rows.StepNotes;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.tool.RunTools;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One run under way: its fold, the notes on its steps, and its log, to which nothing else appends. Not thread-safe: a
 * {@link RunSession} guards it. Only what waits for commits may be called by any thread.
 */
final class RunState {
    private static final LastError STOPPED = new LastError(
            "server_error", "The server was stopped while it executed the run, which goes on at the next start.");

    private final String runId;
    private final boolean takenUp;
    private final RunFold fold;
    private final LogAppender log;
    private final Map<String, StepNotes> notes;
    private final RunObserver observer;
    private Usage interrupted = Usage.NONE;
    private String requestId = RequestId.current();

    /**
     * A run's state.
     *
     * @param takenUp whether the run was there before, and nobody had it
     * @param notes on the run's steps so far, by their id
     */
    RunState(String runId, boolean takenUp, RunFold fold, LogAppender log, Map<String, StepNotes> notes,
            RunObserver observer) {
        this.runId = runId;
        this.takenUp = takenUp;
        this.fold = fold;
        this.log = log;
        this.notes = new HashMap<>(notes);
        this.observer = observer;
    }

    String runId() {
        return runId;
    }

    /** Whether the run was there before, and nobody had it. */
    boolean takenUp() {
        return takenUp;
    }

    /** To be read only. */
    RunFold fold() {
        return fold;
    }

    Run run() {
        return fold.run().orElseThrow();
    }

    /** The position of the last entry. By any thread. */
    long position() {
        return log.position();
    }

    /** The prompt for the next model call. */
    Prompt prompt(List<Message> thread, RunTools tools) {
        return Prompts.prompt(fold, notes, thread, tools);
    }

    void append(List<RunEvent> events) throws InterruptedException {
        append(sql -> {}, events.toArray(RunEvent[]::new));
    }

    void append(RunEvent... events) throws InterruptedException {
        append(sql -> {}, events);
    }

    private void append(LogAppender.Also also, RunEvent... events) throws InterruptedException {
        log.checkWritable();
        for (RunEvent event : events) {
            fold.apply(event);
            if (event instanceof RunEvent.RunChanged changed) {
                tell(changed.run());
            }
        }
        log.append(also, events);
    }

    /** Appends an event that the Assistants API does not show. */
    void append(HiddenEvent event) throws InterruptedException {
        log.append(event);
    }

    private void tell(Run run) {
        switch (run.status()) {
            case QUEUED -> observer.queued(run);
            case IN_PROGRESS -> observer.started(run);
            default -> {
                if (run.status().terminal()) {
                    observer.ended(run, requestId);
                }
            }
        }
    }

    /** Gives the run other metadata, which no event tells. */
    void relabel(Map<String, String> metadata) {
        fold.apply(RunEvent.RunChanged.of(run().change().metadata(metadata).run()));
    }

    /** Gives one of the run's messages other metadata, which no event tells. */
    void relabel(String messageId, Map<String, String> metadata) {
        fold.message(messageId).ifPresent(
                message -> fold.apply(RunEvent.MessageChanged.of(message.withMetadata(metadata))));
    }

    /** Begins a try, which counts from here on. */
    void begin(long now) throws InterruptedException {
        append(
                sql -> CrashStore.begin(sql, runId),
                RunEvent.RunChanged.of(run().change().inProgress(now).run()));
    }

    /** Stops at the functions that were called; the notes are kept over a restart too. */
    void requireAction(StepNotes kept) throws InterruptedException {
        RunStep step = fold.openStep().orElseThrow();
        Run waiting = run().change().requiresAction(ToolOutputs.required(step)).run();
        notes.put(step.id(), kept);
        append(
                sql -> {
                    Store.put(sql, step.id(), kept);
                    CrashStore.rest(sql, runId);
                },
                RunEvent.RunChanged.of(waiting));
    }

    /** All the calls of the open step were the server's own, and are carried out; the run goes on. */
    void completeTools(StepNotes kept, long now) throws InterruptedException {
        RunStep step = fold.openStep().orElseThrow();
        notes.put(step.id(), kept);
        append(
                sql -> Store.put(sql, step.id(), kept),
                RunEvent.StepChanged.of(ServerCalls.shown(step, kept).completed(now, kept.used())));
    }

    /**
     * Takes the outputs of all the calls that wait, and queues the run again.
     *
     * @return the number on the wire of the last event before
     */
    long submit(List<ToolOutputsRequest.ToolOutput> outputs, Idempotency.Note note, long now)
            throws InterruptedException {
        RunStep step = fold.openStep().orElseThrow();
        StepNotes kept = notes.get(step.id());
        RunStep answered = ToolOutputs.answer(kept == null ? step : ServerCalls.shown(step, kept), outputs);
        Run queued = run().change().queued().run();
        requestId = RequestId.current();
        long before = log.number();
        append(
                sql -> note.write(sql, queued.threadId(), runId, before),
                RunEvent.StepChanged.of(answered.completed(now, used())),
                RunEvent.RunChanged.of(queued));
        return before;
    }

    /** Queues the run again, which was cut off. */
    void queueAgain(long now, LastError error) throws InterruptedException {
        append(RunEnding.queuedAgain(fold, now, error, Usage.NONE));
    }

    /** Queues the run again, for the next start to take up: this try does not count. */
    void suspend(long now) throws InterruptedException {
        append(
                sql -> CrashStore.rest(sql, runId),
                RunEnding.queuedAgain(fold, now, STOPPED, used()).toArray(RunEvent[]::new));
    }

    void cancelled(long now) throws InterruptedException {
        append(RunEnding.cancelled(fold, now, used()));
    }

    void expired(long now) throws InterruptedException {
        append(RunEnding.expired(fold, now, used()));
    }

    /** A model call was let go of because the run is to stop: what it had used. */
    void interrupted(Usage used) {
        interrupted = used;
    }

    /** What the open step used, if it waits; else what the call used that was interrupted. */
    private Usage used() {
        return fold.openStep().map(step -> notes.get(step.id())).map(StepNotes::used).orElse(interrupted);
    }

    /** Waits until an event is durable. By any thread. */
    void awaitDurable(long position) throws InterruptedException {
        log.awaitDurable(position);
    }

    /** Waits until what was appended so far is durable, and so is seen by the next reader of the run. By any thread. */
    void flush() throws InterruptedException {
        log.flush();
    }

    /** The run has ended: waits until all is durable, and closes the log. By any thread. */
    void end() throws InterruptedException {
        log.end();
    }

    /** The log cannot be written: nothing of this state counts any more. By any thread. */
    void abandon() {
        log.abandon();
    }
}
