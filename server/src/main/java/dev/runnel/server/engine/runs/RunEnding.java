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
 * How runs end: the order of events for each way, in this one place. The open message closes first, then the step, then the run.
 * The orders for anything but completion are inferred, not recorded, from the hosted service.
 */
final class RunEnding {
    private RunEnding() {}

    /** The message and its step are done; the run goes on. */
    static List<RunEvent> stepCompleted(RunFold fold, long now, Usage used) {
        List<RunEvent> events = new ArrayList<>();
        fold.openMessage().ifPresent(message -> events.add(RunEvent.MessageChanged.of(message.completed(now))));
        fold.openStep().ifPresent(step -> events.add(RunEvent.StepChanged.of(step.completed(now, used))));
        return events;
    }

    /** The message and its step are given up; the run goes on, with another try. */
    static List<RunEvent> stepFailed(RunFold fold, long now, LastError error, Usage used) {
        List<RunEvent> events = new ArrayList<>();
        fold.openMessage().ifPresent(
                message -> events.add(RunEvent.MessageChanged.of(message.incomplete("run_failed", now))));
        fold.openStep().ifPresent(step -> events.add(RunEvent.StepChanged.of(step.failed(now, error, used))));
        return events;
    }

    /** Cut off, and to be executed again: with a new step. */
    static List<RunEvent> queuedAgain(RunFold fold, long now, LastError error, Usage used) {
        List<RunEvent> events = stepFailed(fold, now, error, used);
        events.add(RunEvent.RunChanged.of(run(fold).change().queued().run()));
        return events;
    }

    /** All done. */
    static List<RunEvent> completed(RunFold fold, long now, Usage used) {
        Usage total = fold.usage().plus(used);
        return ending(
                fold,
                message -> message.completed(now),
                step -> step.completed(now, used),
                run -> run.change().completed(now, total).run());
    }

    /** Cut off by a token budget or a content filter; a tool call that was cut off is never shown as one to carry out. */
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

    /** Ended by an error. */
    static List<RunEvent> failed(RunFold fold, long now, LastError error, Usage used) {
        Usage total = fold.usage().plus(used);
        return ending(
                fold,
                message -> message.incomplete("run_failed", now),
                step -> step.failed(now, error, used),
                run -> run.change().failed(now, error, total).run());
    }

    /** Stopped on request. */
    static List<RunEvent> cancelled(RunFold fold, long now, Usage used) {
        Usage total = fold.usage().plus(used);
        return ending(
                fold,
                message -> message.incomplete("run_cancelled", now),
                step -> step.cancelled(now, used),
                run -> run.change().cancelled(now, total).run());
    }

    /** Not done in time. */
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
