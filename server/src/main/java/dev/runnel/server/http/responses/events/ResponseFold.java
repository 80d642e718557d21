package dev.runnel.server.http.responses.events;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.server.http.responses.items.CitedParts;
import dev.runnel.server.log.LogEntry;
import dev.runnel.server.store.rows.StepNotes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a run's log from its beginning as a response: the events of its stream, and the response so far. It depends on
 * the log and on what is kept and never changes, so each reading gives the same events with the same numbers. For one
 * thread.
 */
public final class ResponseFold {
    private final RunAsResponse view;
    private final Output output = new Output();
    private final MessageEvents messages;
    private final CallEvents calls;
    private Growing.@Nullable Thought thought;
    private @Nullable Run run;
    private boolean begun;

    /**
     * A fold that has read nothing.
     *
     * @param notes finds the notes on a completed step
     */
    public ResponseFold(RunAsResponse view, Function<String, Optional<StepNotes>> notes) {
        this.view = view;
        Map<String, String> names = new HashMap<>();
        this.messages = new MessageEvents(output, names);
        this.calls = new CallEvents(output, view.include(), notes, names);
    }

    /** The number of the next event. */
    long next() {
        return output.next();
    }

    /** The response as far as the log was read, with this metadata. */
    public ResponseObject response(Run labelled) {
        Run now = run == null ? labelled : run.change().metadata(labelled.metadata()).run();
        return view.show(now, output.items());
    }

    /** Reads the next entry. Returns the events that it becomes: none, one or more. */
    public List<ResponseEvent> read(LogEntry entry) {
        switch (entry.name()) {
            case "runnel.reasoning.created" -> beginThought(JsonValue.parse(text(entry)).get("id").text());
            case "runnel.reasoning.delta" -> think(JsonValue.parse(text(entry)).text());
            case "runnel.reasoning.completed" -> endThought("completed");
            case "runnel.tool.executing" -> {
                JsonValue call = JsonValue.parse(text(entry));
                calls.execute(call.get("step_id").text(), call.get("index"));
            }
            default -> {
                if (entry.shown()) {
                    read(entry.event());
                }
            }
        }
        return output.take();
    }

    private static String text(LogEntry entry) {
        return new String(entry.data(), StandardCharsets.UTF_8);
    }

    private void read(RunEvent event) {
        switch (event) {
            case RunEvent.RunChanged changed -> change(changed);
            case RunEvent.StepChanged changed -> {
                endThought("incomplete");
                calls.change(changed.step());
            }
            case RunEvent.MessageChanged changed -> {
                if (changed.name().equals(MessageEvents.CREATED)) {
                    endThought("incomplete");
                }
                messages.change(changed);
            }
            case RunEvent.MessageDelta delta -> messages.grow(delta);
            case RunEvent.StepDelta delta -> {
                endThought("incomplete");
                calls.grow(delta);
            }
            case RunEvent.ThreadCreated _,RunEvent.Failed _,RunEvent.Done _,RunEvent.Unknown _ -> {
            }
        }
    }

    // ---- the response

    private void change(RunEvent.RunChanged changed) {
        Run now = changed.run();
        run = now;
        if (changed.name().equals("thread.run.created")) {
            response("response.created", now);
            if (view.background()) {
                response("response.queued", now);
            }
            return;
        }
        switch (now.status()) {
            case IN_PROGRESS -> {
                if (!begun) {
                    begun = true;
                    response("response.in_progress", now);
                }
            }
            case QUEUED -> endThought("incomplete");
            case REQUIRES_ACTION -> calls.endWritten(output.growing());
            case COMPLETED -> end("response.completed", now);
            case FAILED, EXPIRED -> end("response.failed", now);
            case INCOMPLETE, CANCELLED -> end("response.incomplete", now);
            case CANCELLING, UNKNOWN -> {
            }
        }
    }

    private void end(String type, Run ended) {
        endThought("incomplete");
        response(type, ended);
    }

    private void response(String type, Run now) {
        output.add(new ResponseEvent.Changed(type, output.next(), view.show(now, output.items())));
    }

    // ---- reasoning

    private void beginThought(String id) {
        endThought("incomplete");
        Growing.Thought begun = new Growing.Thought(id, output.size());
        thought = begun;
        output.begin(begun);
        output.beginPart(begun, 0, CitedParts.reasoning(""));
    }

    private void think(String text) {
        Growing.Thought open = thought;
        if (open != null) {
            open.text.append(text);
            output.add(new ResponseEvent.PartDelta(
                    "response.reasoning_text.delta", output.next(), open.id, open.index, 0, text));
        }
    }

    private void endThought(String status) {
        Growing.Thought open = thought;
        if (open == null) {
            return;
        }
        thought = null;
        String text = open.text.toString();
        output.add(new ResponseEvent.ReasoningDone(
                "response.reasoning_text.done", output.next(), open.id, open.index, 0, text));
        output.endPart(open, 0, CitedParts.reasoning(text));
        output.end(open, status);
    }
}
