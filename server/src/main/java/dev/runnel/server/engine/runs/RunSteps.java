package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepStatus;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.requests.Lists;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.log.LogEntry;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.rows.Store;

/** The steps of runs, as requests see them. Thread-safe. */
public final class RunSteps {
    private static final String STEP_COMPLETED = "thread.run.step.completed";

    private final Database database;
    private final Sessions sessions;

    /**
     * The steps of the runs of a database.
     *
     * @param sessions the runs under way, which have their open steps
     */
    public RunSteps(Database database, Sessions sessions) {
        this.database = database;
        this.sessions = sessions;
    }

    /** How much of a run's steps is shown. */
    public enum View {
        /** The fields that every request sees. */
        USUAL,
        /** Also the text of the passages that file searches have found. */
        WITH_CONTENT
    }

    /** A step of a run. A step in progress shows what it has so far. */
    public RunStep step(Project project, String threadId, String runId, String stepId, View view) {
        return database.read(sql -> {
            Runs.requireRun(sql, project, threadId, runId);
            return Store.step(sql, runId, stepId);
        }).map(step -> current(step, view)).orElseThrow(() -> RejectedException.notFound("run step", stepId));
    }

    /** A page of a run's steps. A step in progress shows what it has so far. */
    public Page<RunStep> steps(Project project, String threadId, String runId, PageRequest page, View view) {
        Page<RunStep> stored = Lists.page(database, sql -> {
            Runs.requireRun(sql, project, threadId, runId);
            return Store.steps(sql, runId, page);
        });
        return new Page<>(
                stored.data().stream().map(step -> current(step, view)).toList(), stored.firstId(), stored.lastId(),
                stored.hasMore());
    }

    /**
     * The current state of a step. The tables hold an open step as it was created; its run's session has what was added
     * since.
     */
    private RunStep current(RunStep stored, View view) {
        if (stored.status() != StepStatus.IN_PROGRESS) {
            return view == View.USUAL ? stored : withContent(stored);
        }
        return sessions.step(stored.runId(), stored.id())
                .or(() -> database.read(sql -> Store.step(sql, stored.runId(), stored.id()))) // ended meanwhile
                .orElse(stored);
    }

    /** A completed step with the text of the passages that its file searches have found. */
    private RunStep withContent(RunStep step) {
        return database.read(sql -> Store.stepNotes(sql, step.id()))
                .map(notes -> ServerCalls.whole(step, notes))
                .orElse(step);
    }

    /**
     * An event of a run as a view shows it. An event that the view does not change is returned as it is.
     *
     * @param event read from the run's log
     */
    public LogEntry shown(LogEntry event, View view) {
        return view == View.WITH_CONTENT && event.name().equals(STEP_COMPLETED)
                && event.event() instanceof RunEvent.StepChanged completed
                        ? event.with(RunEvent.StepChanged.of(withContent(completed.step())))
                        : event;
    }
}
