package dev.runnel.cli.reply;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.RunStream;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.ContentDelta;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageStatus;
import dev.runnel.protocol.RequiredAction;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.Usage;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows one run: the text of its messages as it arrives, its steps on request, or its events as JSON. Not thread-safe. */
public final class RunView {
    private final ShownReply reply;
    private final @Nullable StepLines steps;
    private final Set<String> grown = new HashSet<>();
    private boolean streamed;

    /**
     * A view.
     *
     * @param display how the text is shown, or whether events are shown instead
     * @param steps whether steps and tool calls are shown beside the text
     */
    public RunView(Display display, boolean steps) {
        this.reply = new ShownReply(display);
        this.steps = steps && !reply.isJson() ? new StepLines() : null;
    }

    /**
     * Shows a stream until the run rests, and returns the run.
     *
     * @param follower called with the run whenever it changes
     */
    public Run show(RunStream stream, Consumer<Run> follower) {
        streamed = true;
        waiting();
        for (RunEvent event : stream) {
            if (event instanceof RunEvent.RunChanged changed) {
                follower.accept(changed.run());
            }
            show(event, stream.lastEventId());
        }
        return stream.fold().run()
                .orElseThrow(() -> new CommandException("the stream had no event with a run"));
    }

    /** Shows the waiting sign. */
    public void waiting() {
        reply.waiting();
    }

    /** Ends the reply where it stands. Events shown as JSON need no end. */
    public void endReply() {
        if (!reply.isJson()) {
            reply.end();
        }
    }

    private void show(RunEvent event, long number) {
        if (reply.isJson()) {
            Terminal.print(EventLine.of(number, event) + "\n");
            return;
        }
        switch (event) {
            case RunEvent.MessageDelta delta -> {
                grown.add(delta.messageId());
                reply.write(delta.messageId(), text(delta));
            }
            case RunEvent.MessageChanged changed when number == 0 -> writeWhole(changed.message());
            default -> {
            }
        }
        if (steps != null) {
            reply.aside(steps.of(event));
        }
    }

    /** Shows a finished run and its messages. */
    public void showWhole(RunnelClient client, Run run) {
        for (Message message : client.messages().ofRun(run.threadId(), run.id()).oldestFirst()) {
            show(RunEvent.MessageChanged.of(message), 0);
        }
        show(RunEvent.RunChanged.of(run), 0);
    }

    private String text(RunEvent.MessageDelta delta) {
        return delta.content().stream().map(part -> switch (part) {
            case ContentDelta.Text text -> reply.footnotes().text(text);
            case ContentDelta.Refusal refusal -> refusal.refusal();
            case ContentDelta.Other other -> "";
        }).collect(Collectors.joining());
    }

    /** Without numbers there may be no deltas either: the events of a polled run are snapshots. */
    private void writeWhole(Message message) {
        if (message.status() != MessageStatus.IN_PROGRESS && grown.add(message.id())) {
            reply.write(message.id(), reply.footnotes().text(message));
        }
    }

    /**
     * Ends the reply, with a line about it.
     *
     * @param timed whether the line tells the speed, which makes sense for a live reply only
     * @throws CommandException if the run did not complete
     */
    public void finish(Run run, boolean timed) {
        endReply();
        LastError error = run.lastError();
        if (error != null) {
            throw new CommandException("the run failed (" + error.code() + "): " + error.message());
        }
        if (!reply.isJson()) {
            Usage usage = run.usage();
            long tokens = usage == null ? 0 : usage.completionTokens();
            Terminal.dim(timed
                    ? reply.line(run.model(), tokens, streamed)
                    : run.id() + " " + run.status().wire() + " · " + run.model() + " · " + tokens + " tokens");
        }
        if (run.status() == RunStatus.INCOMPLETE) {
            String reason = run.incompleteDetails() == null ? "no reason given" : run.incompleteDetails().reason();
            throw new CommandException("the reply was cut off: " + reason);
        }
        if (run.status() == RunStatus.REQUIRES_ACTION) {
            throw new CommandException("the run waits for the output of " + wanted(run)
                    + ", which only the program that offered the function can give");
        }
        if (run.status() != RunStatus.COMPLETED) {
            throw new CommandException("the run ended as " + run.status().wire());
        }
    }

    /** The functions whose outputs a run waits for. */
    public static String wanted(Run run) {
        RequiredAction action = run.requiredAction();
        return action == null ? "a tool"
                : action.submitToolOutputs().toolCalls().stream()
                        .map(call -> call.function().name() + "(" + call.function().arguments() + ")")
                        .collect(Collectors.joining(", "));
    }
}
