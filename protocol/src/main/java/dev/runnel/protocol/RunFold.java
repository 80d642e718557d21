package dev.runnel.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The fold: a run's events in, its run, messages and run steps out. The server stores its objects, recovery after a crash
 * starts from it, and a client's snapshots come from it, so all three agree.
 *
 * <p>A snapshot event replaces the object it names; a delta grows it by the rules of {@link
 * dev.runnel.protocol.json.JsonMerge}. The same events always give the same objects: it uses no clock and no randomness. A
 * delta for an unknown object creates the object, and an unknown event changes nothing.
 *
 * <p>Not thread-safe. Applying a delta costs time in proportion to the delta; objects are built on request.
 */
public final class RunFold {
    private @Nullable AssistantThread thread;
    private @Nullable Run run;
    private final Map<String, GrowingMessage> messages = new LinkedHashMap<>();
    private final Map<String, GrowingStep> steps = new LinkedHashMap<>();

    /** A fold of no event yet. */
    public RunFold() {}

    /** Applies one event. Apply events in the log's order, each once. */
    public void apply(RunEvent event) {
        if (event instanceof RunEvent.MessageDelta delta) {
            messages.computeIfAbsent(delta.messageId(), id -> new GrowingMessage(unseenMessage(id)))
                    .grow(delta.content());
        } else if (event instanceof RunEvent.StepDelta delta) {
            steps.computeIfAbsent(delta.stepId(), id -> new GrowingStep(unseenStep(id))).grow(delta.toolCalls());
        } else if (event instanceof RunEvent.MessageChanged changed) {
            messages.put(changed.message().id(), new GrowingMessage(changed.message()));
        } else if (event instanceof RunEvent.StepChanged changed) {
            steps.put(changed.step().id(), new GrowingStep(changed.step()));
        } else if (event instanceof RunEvent.RunChanged changed) {
            run = changed.run();
        } else if (event instanceof RunEvent.ThreadCreated created) {
            thread = created.thread();
        }
    }

    /** The thread, if this run made it. */
    public Optional<AssistantThread> thread() {
        return Optional.ofNullable(thread);
    }

    /** The run; empty before the first event about it. */
    public Optional<Run> run() {
        return Optional.ofNullable(run);
    }

    /** The messages this run wrote, in the order they were created. */
    public List<Message> messages() {
        List<Message> all = new ArrayList<>(messages.size());
        messages.values().forEach(message -> all.add(message.snapshot()));
        return all;
    }

    /** One message, as far as it has grown. */
    public Optional<Message> message(String id) {
        return Optional.ofNullable(messages.get(id)).map(GrowingMessage::snapshot);
    }

    /** The run's steps, in the order they were created. */
    public List<RunStep> steps() {
        List<RunStep> all = new ArrayList<>(steps.size());
        steps.values().forEach(step -> all.add(step.snapshot()));
        return all;
    }

    /** One run step, as far as it has grown. */
    public Optional<RunStep> step(String id) {
        return Optional.ofNullable(steps.get(id)).map(GrowingStep::snapshot);
    }

    /** The message that the run is writing, if there is one. A run writes one at a time. */
    public Optional<Message> openMessage() {
        return messages.values().stream()
                .filter(message -> message.base().status() == MessageStatus.IN_PROGRESS)
                .map(GrowingMessage::snapshot)
                .findFirst();
    }

    /** The run step under way, if there is one. A run has one at a time. */
    public Optional<RunStep> openStep() {
        return steps.values().stream()
                .filter(step -> step.base().status() == StepStatus.IN_PROGRESS)
                .map(GrowingStep::snapshot)
                .findFirst();
    }

    /** The sum of the tokens that the finished steps used. */
    public Usage usage() {
        Usage sum = Usage.NONE;
        for (GrowingStep step : steps.values()) {
            Usage used = step.base().usage();
            if (used != null) {
                sum = sum.plus(used);
            }
        }
        return sum;
    }

    private Message unseenMessage(String id) {
        return new Message(
                id, 0, run == null ? null : run.assistantId(), run == null ? "" : run.threadId(),
                run == null ? null : run.id(), MessageStatus.IN_PROGRESS, null, null, null, Role.ASSISTANT, List.of(),
                List.of(), Map.of());
    }

    private RunStep unseenStep(String id) {
        return new RunStep(
                id, 0, run == null ? "" : run.id(), run == null ? "" : run.assistantId(),
                run == null ? "" : run.threadId(), StepStatus.IN_PROGRESS, null, null, null, null, null, null,
                new StepDetails.ToolCalls(List.of()), Map.of(), null);
    }
}
