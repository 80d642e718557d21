package dev.runnel.server.engine.runs;

import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The events that end runs, in order, for each way to end. The open message ends first, then the step, then the run.
 * For completion the order was recorded from the hosted service; for all other endings it is inferred.
 */
final class RunEnding {
    private RunEnding() {}

    /** Completes the open message and step. The run goes on. */
    static List<RunEvent> stepCompleted(RunFold fold, long now, Usage used) {
        List<RunEvent> events = new ArrayList<>();
        fold.openMessage().ifPresent(message -> events.add(RunEvent.MessageChanged.of(message.completed(now))));
        fold.openStep().ifPresent(step -> events.add(RunEvent.StepChanged.of(step.completed(now, used))));
        return events;
    }

    /** Ends the open message as incomplete and fails the step. The run goes on, with another try. */
    static List<RunEvent> stepFailed(RunFold fold, long now, LastError error, Usage used) {
        List<RunEvent> events = new ArrayList<>();
        fold.openMessage().ifPresent(
                message -> events.add(RunEvent.MessageChanged.of(message.incomplete("run_failed", now))));
        fold.openStep().ifPresent(step -> events.add(RunEvent.StepChanged.of(step.failed(now, error, used))));
        return events;
    }

    /** Queues a run again that was cut off. Its open step fails, and the next try begins a new one. */
    static List<RunEvent> queuedAgain(RunFold fold, long now, LastError error, Usage used) {
        List<RunEvent> events = stepFailed(fold, now, error, used);
        events.add(RunEvent.RunChanged.of(run(fold).change().queued().run()));
        return events;
    }

    /** Completes the run. */
    static List<RunEvent> completed(RunFold fold, long now, Usage used) {
        Usage total = fold.usage().plus(used);
        return ending(
                fold,
                message -> message.completed(now),
                step -> step.completed(now, used),
                run -> run.change().completed(now, total).run());
    }

    /**
     * Ends a run that a token budget or a content filter has cut off. A tool step that was cut off is cancelled, so
     * that its calls are not carried out.
     */
    static List<RunEvent> incomplete(RunFold fold, long now, String messageReason, String runReason, Usage used) {
        Usage total = fold.usage().plus(used);
        return ending(
                fold,
                message -> message.incomplete(messageReason, now),
                step -> step.stepDetails() instanceof StepDetails.ToolCalls
                        ? step.cancelled(now, used)
                        : step.completed(now, used),
                run -> run.change().incomplete(runReason, total).run());
    }

    /** Fails the run because of an error. */
    static List<RunEvent> failed(RunFold fold, long now, LastError error, Usage used) {
        Usage total = fold.usage().plus(used);
        return ending(
                fold,
                message -> message.incomplete("run_failed", now),
                step -> step.failed(now, error, used),
                run -> run.change().failed(now, error, total).run());
    }

    /** Ends a run that was cancelled. */
    static List<RunEvent> cancelled(RunFold fold, long now, Usage used) {
        Usage total = fold.usage().plus(used);
        return ending(
                fold,
                message -> message.incomplete("run_cancelled", now),
                step -> step.cancelled(now, used),
                run -> run.change().cancelled(now, total).run());
    }

    /** Ends a run that has expired. */
    static List<RunEvent> expired(RunFold fold, long now, Usage used) {
        Usage total = fold.usage().plus(used);
        return ending(
                fold,
                message -> message.incomplete("run_expired", now),
                step -> step.expired(now, used),
                run -> run.change().expired(total).run());
    }

    private static List<RunEvent> ending(
            RunFold fold, UnaryOperator<Message> message, UnaryOperator<RunStep> step, UnaryOperator<Run> run) {
        List<RunEvent> events = new ArrayList<>();
        Optional<Message> open = fold.openMessage();
        open.ifPresent(m -> events.add(RunEvent.MessageChanged.of(message.apply(m))));
        fold.openStep().ifPresent(s -> events.add(RunEvent.StepChanged.of(step.apply(s))));
        events.add(RunEvent.RunChanged.of(run.apply(run(fold))));
        return events;
    }

    private static Run run(RunFold fold) {
        return fold.run().orElseThrow();
    }
}
