package dev.runnel.server.engine.runs;

import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.ToolOutputsRequest;
import dev.runnel.protocol.Usage;
import dev.runnel.server.base.HandedFiles;
import dev.runnel.server.base.Project;
import dev.runnel.server.base.RequestId;
import dev.runnel.server.base.Source;
import dev.runnel.server.engine.projects.UsageBook;
import dev.runnel.server.engine.prompts.History;
import dev.runnel.server.engine.prompts.Prompt;
import dev.runnel.server.engine.prompts.Prompts;
import dev.runnel.server.engine.requests.Idempotency;
import dev.runnel.server.log.HiddenEvent;
import dev.runnel.server.log.LogAppender;
import dev.runnel.server.store.Lease;
import dev.runnel.server.store.rows.CrashStore;
import dev.runnel.server.store.rows.StepNotes;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.store.rows.ThreadEntries;
import dev.runnel.server.store.rows.ThreadEntry;
import dev.runnel.server.tool.RunTools;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One run under way: its fold, the notes on its steps, and its log. Only this object appends to the log. Not
 * thread-safe: a {@link RunSession} guards it. Any thread may call the methods that say so.
 */
final class RunState {
    private static final LastError STOPPED = new LastError(
            "server_error", "The server was stopped while it executed the run, which goes on at the next start.");

    private final Project project;
    private final String runId;
    private final boolean takenUp;
    private final RunFold fold;
    private final LogAppender log;
    private final Map<String, StepNotes> notes;
    private final RunObserver observer;
    private final UsageBook usage;
    private final long opened = System.nanoTime();
    private long queued = opened;
    private Usage interrupted = Usage.NONE;
    private String requestId = RequestId.current();

    /**
     * A run's state.
     *
     * @param project whose run it is
     * @param takenUp whether the run was read from the database, rather than created by this process
     * @param notes on the run's steps so far, by their id
     */
    RunState(Project project, String runId, boolean takenUp, RunFold fold, LogAppender log,
            Map<String, StepNotes> notes, RunContext context) {
        this.project = project;
        this.runId = runId;
        this.takenUp = takenUp;
        this.fold = fold;
        this.log = log;
        this.notes = new HashMap<>(notes);
        this.observer = context.observer();
        this.usage = context.usage();
    }

    /** Whose run it is. Any thread may call it. */
    Project project() {
        return project;
    }

    String runId() {
        return runId;
    }

    /** Whether the run was read from the database, rather than created by this process. */
    boolean takenUp() {
        return takenUp;
    }

    /** The fold, for reading alone. */
    RunFold fold() {
        return fold;
    }

    Run run() {
        return fold.run().orElseThrow();
    }

    /** The position of the last entry. Any thread may call it. */
    long position() {
        return log.position();
    }

    /** The prompt for the next model call. */
    Prompt prompt(History history, RunTools tools) {
        return Prompts.prompt(fold, notes, history, tools);
    }

    /** The sources that the model's text may cite by now, by the numbers of their markers. */
    Map<String, Source> sources() {
        Map<String, Source> sources = new HashMap<>();
        notes.values().forEach(kept -> kept.served().values().forEach(call -> sources.putAll(call.sources())));
        return sources;
    }

    /** The files that the run's tools have made: all that the model's text may link to, and the images that no message shows yet. */
    HandedFiles files() {
        HandedFiles files = HandedFiles.NONE;
        for (RunStep step : fold.steps()) {
            StepNotes kept = notes.get(step.id());
            if (step.status() == StepStatus.FAILED) {
                continue;
            }
            if (step.stepDetails() instanceof StepDetails.MessageCreation) {
                files = files.shown();
            } else if (kept != null) {
                for (StepNotes.ServedCall call : kept.served().values()) {
                    files = files.and(call.files());
                }
            }
        }
        return files;
    }

    void append(List<RunEvent> events) throws InterruptedException {
        append(sql -> {}, events.toArray(RunEvent[]::new));
    }

    void append(RunEvent... events) throws InterruptedException {
        append(sql -> {}, events);
    }

    private void append(LogAppender.Also also, RunEvent... events) throws InterruptedException {
        log.checkWritable();
        boolean ended = false;
        for (RunEvent event : events) {
            fold.apply(event);
            if (event instanceof RunEvent.RunChanged changed) {
                tell(changed.run());
                ended |= changed.run().status().terminal();
            }
        }
        log.append(ended ? andUsage(also) : also, events);
    }

    private LogAppender.Also andUsage(LogAppender.Also also) {
        RunUsage used = RunUsage.of(fold);
        return sql -> {
            also.write(sql);
            used.write(sql, usage, project);
        };
    }

    /** Appends an event that the Assistants API does not show. */
    void append(HiddenEvent event) throws InterruptedException {
        log.append(event);
    }

    /** Appends such an event, and keeps what belongs to it beside the run's messages. */
    void append(HiddenEvent event, ThreadEntry.Extra extra) throws InterruptedException {
        Run run = run();
        log.append(sql -> ThreadEntries.add(sql, run.threadId(), run.id(), extra), event);
    }

    private void tell(Run run) {
        switch (run.status()) {
            case QUEUED -> {
                queued = System.nanoTime();
                observer.queued(run);
            }
            case IN_PROGRESS -> observer.started(run, since(queued));
            case REQUIRES_ACTION -> observer.requiresAction(run);
            default -> {
                if (run.status().terminal()) {
                    observer.ended(run, requestId, since(opened));
                }
            }
        }
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    /** Replaces the run's metadata in the fold. No event is appended. */
    void relabel(Map<String, String> metadata) {
        fold.apply(RunEvent.RunChanged.of(run().change().metadata(metadata).run()));
    }

    /** Replaces the metadata of one of the run's messages in the fold. No event is appended. */
    void relabel(String messageId, Map<String, String> metadata) {
        fold.message(messageId).ifPresent(
                message -> fold.apply(RunEvent.MessageChanged.of(message.withMetadata(metadata))));
    }

    /** Begins a try, and counts it. */
    void begin(long now) throws InterruptedException {
        append(
                sql -> CrashStore.begin(sql, runId),
                RunEvent.RunChanged.of(run().change().inProgress(now).run()));
    }

    /**
     * Makes the run wait for the outputs of the functions that were called. The notes are stored, to outlive a restart.
     */
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

    /**
     * Completes the run at the calls of functions: their outputs are for another run. The notes are stored, because that
     * run's prompt needs them.
     */
    void endAtCalls(StepNotes kept, long now) throws InterruptedException {
        RunStep step = fold.openStep().orElseThrow();
        notes.put(step.id(), kept);
        List<RunEvent> events = new ArrayList<>(List.of(RunEvent.StepChanged.of(ServerCalls.shown(step, kept))));
        fold.apply(events.removeFirst());
        events.addAll(RunEnding.completed(fold, now, kept.used()));
        append(sql -> Store.put(sql, step.id(), kept), events.toArray(RunEvent[]::new));
    }

    /** Completes the open step, whose calls were all the server's own and are carried out. The run goes on. */
    void completeTools(StepNotes kept, long now) throws InterruptedException {
        RunStep step = fold.openStep().orElseThrow();
        notes.put(step.id(), kept);
        append(
                sql -> Store.put(sql, step.id(), kept),
                RunEvent.StepChanged.of(ServerCalls.shown(step, kept).completed(now, kept.used())));
    }

    /**
     * Takes the outputs of all waiting calls, and queues the run again.
     *
     * @return the wire number of the last event before the submission
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

    /** Queues a run again that was cut off. */
    void queueAgain(long now, LastError error) throws InterruptedException {
        append(RunEnding.queuedAgain(fold, now, error, Usage.NONE));
    }

    /** Queues the run again, and the next start takes it up. This try does not count. */
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

    /** Notes what a model call had used when it was abandoned because the run was asked to stop. */
    void interrupted(Usage used) {
        interrupted = used;
    }

    /** The usage of the open step, if it has notes; otherwise that of the interrupted model call. */
    private Usage used() {
        return fold.openStep().map(step -> notes.get(step.id())).map(StepNotes::used).orElse(interrupted);
    }

    /** Waits until an event is durable. Any thread may call it. */
    void awaitDurable(long position) throws InterruptedException {
        log.awaitDurable(position);
    }

    /**
     * Waits until all events appended so far are durable. The next reader of the run then sees them. Any thread may
     * call it.
     */
    void flush() throws InterruptedException {
        log.flush();
    }

    /** Waits until all events are durable, and closes the log. For a run that has ended. Any thread may call it. */
    void end() throws InterruptedException {
        log.end();
    }

    /** Waits until all events are durable, closes the log, and gives the lease back. For a run that waits for a request. */
    void rest() throws InterruptedException {
        log.rest();
    }

    /** As {@link #rest}, for a run that any node should go on with at once. */
    void leave() throws InterruptedException {
        log.leave();
    }

    /** The lease under which the log is written. Any thread may call it. */
    Lease lease() {
        return log.lease();
    }

    /** Gives the state up, because the log cannot be written. Any thread may call it. False if it was given up already. */
    boolean abandon() {
        return log.abandon();
    }
}
