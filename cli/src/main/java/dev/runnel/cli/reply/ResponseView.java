package dev.runnel.cli.reply;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.ResponseStream;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseStatus;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shows one response: the text of its messages as it arrives, its other items on request, or its events as JSON. Not
 * thread-safe.
 */
public final class ResponseView {
    private final ShownReply reply;
    private final @Nullable StepLines steps;
    private final Set<String> grown = new HashSet<>();
    private boolean streamed;

    /**
     * A view.
     *
     * @param display how the text is shown, or whether events are shown instead
     * @param steps whether searches and calls are shown beside the text
     */
    public ResponseView(Display display, boolean steps) {
        this.reply = new ShownReply(display);
        this.steps = steps && !reply.isJson() ? new StepLines() : null;
    }

    /**
     * Shows a stream until the response has ended, and returns the response.
     *
     * @param follower called with the response whenever it changes
     */
    public ResponseObject show(ResponseStream stream, Consumer<ResponseObject> follower) {
        streamed = true;
        reply.waiting();
        for (ResponseEvent event : stream) {
            if (event instanceof ResponseEvent.Changed changed) {
                follower.accept(changed.response());
            }
            show(event);
        }
        return stream.response()
                .orElseThrow(() -> new CommandException("the stream had no event with a response"));
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

    /** Shows a finished response. */
    public void showWhole(ResponseObject response) {
        show(new ResponseEvent.Changed("response." + response.status().wire(), -1, response));
    }

    private void show(ResponseEvent event) {
        if (reply.isJson()) {
            Terminal.print(EventLine.of(event) + "\n");
            return;
        }
        switch (event) {
            case ResponseEvent.TextDelta delta -> write(delta.itemId(), delta.delta());
            case ResponseEvent.PartDelta delta when delta.type().startsWith("response.refusal.") ->
                    write(delta.itemId(), delta.delta());
            case ResponseEvent.AnnotationAdded added ->
                    write(added.itemId(), reply.footnotes().mark(added.annotation()));
            case ResponseEvent.Changed changed when changed.sequenceNumber() < 0 -> writeWhole(changed.response());
            default -> {
            }
        }
        if (steps != null) {
            reply.aside(steps.of(event));
        }
    }

    private void write(String message, String text) {
        grown.add(message);
        reply.write(message, text);
    }

    /** Without a stream there are no deltas: the events of a response that was read as an object are snapshots. */
    private void writeWhole(ResponseObject response) {
        for (ResponseItem item : response.output()) {
            if (response.status().terminal() && item instanceof ResponseItem.Message message
                    && grown.add(message.id())) {
                message.content().forEach(part -> reply.write(message.id(), text(part)));
            }
        }
    }

    private String text(JsonValue part) {
        return part.get("type").text().equals("refusal")
                ? part.get("refusal").text()
                : reply.footnotes().text(part);
    }

    /**
     * Ends the reply, with a line about it.
     *
     * @param timed whether the line tells the speed, which makes sense for a live reply only
     * @throws CommandException if the response did not complete, or calls functions
     */
    public void finish(ResponseObject response, boolean timed) {
        endReply();
        ResponseObject.Failure error = response.error();
        if (error != null) {
            throw new CommandException("the response failed (" + error.code() + "): " + error.message());
        }
        if (!reply.isJson()) {
            long tokens = response.usage() == null ? 0 : response.usage().outputTokens();
            Terminal.dim(timed
                    ? reply.line(response.model(), tokens, streamed)
                    : response.id() + " " + response.status().wire() + " · " + response.model() + " · " + tokens
                            + " tokens");
        }
        if (response.status() == ResponseStatus.INCOMPLETE) {
            ResponseObject.Incomplete why = response.incompleteDetails();
            throw new CommandException(
                    "the reply was cut off: " + (why == null ? "no reason given" : why.reason()));
        } else if (response.status() != ResponseStatus.COMPLETED) {
            throw new CommandException("the response ended as " + response.status().wire());
        }
        List<ResponseItem.FunctionCall> calls = response.openCalls();
        if (!calls.isEmpty()) {
            throw new CommandException("the response asks for the output of " + calls.stream()
                    .map(call -> call.name() + "(" + call.arguments() + ")").collect(Collectors.joining(", "))
                    + ", which only the program that offered the function can give");
        }
    }
}
