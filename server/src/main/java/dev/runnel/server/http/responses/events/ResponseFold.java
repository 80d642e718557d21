package dev.runnel.server.http.responses.events;

import dev.runnel.protocol.ContentDelta;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageStatus;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.protocol.ToolCallDelta;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.server.http.responses.items.CitedParts;
import dev.runnel.server.http.responses.items.FoundParts;
import dev.runnel.server.http.responses.items.ItemIds;
import dev.runnel.server.log.LogEntry;
import dev.runnel.server.store.rows.StepNotes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
    private final ResponseView view;
    private final Function<String, Optional<StepNotes>> notes;
    private final List<Growing> output = new ArrayList<>();
    private final Map<String, Growing.Message> messages = new HashMap<>();
    private final Map<String, Map<Integer, Growing>> steps = new HashMap<>();

    /** The names of the files that searches have found, by their ids. */
    private final Map<String, String> names = new HashMap<>();

    private List<ResponseEvent> events = new ArrayList<>();
    private Growing.@Nullable Thought thought;
    private @Nullable Run run;
    private boolean begun;
    private long next;

    /**
     * A fold that has read nothing.
     *
     * @param notes finds the notes on a completed step
     */
    public ResponseFold(ResponseView view, Function<String, Optional<StepNotes>> notes) {
        this.view = view;
        this.notes = notes;
    }

    /** The run as far as the log was read. */
    Optional<Run> run() {
        return Optional.ofNullable(run);
    }

    /** The number of the next event. */
    long next() {
        return next;
    }

    /** The response as far as the log was read, with this metadata. */
    public ResponseObject response(Run labelled) {
        Run now = run == null ? labelled : run.change().metadata(labelled.metadata()).run();
        return view.show(now, items());
    }

    private List<ResponseItem> items() {
        return output.stream().map(Growing::item).toList();
    }

    /** Reads the next entry. Returns the events that it becomes: none, one or more. */
    public List<ResponseEvent> read(LogEntry entry) {
        events = new ArrayList<>();
        switch (entry.name()) {
            case "runnel.reasoning.created" -> beginThought(JsonValue.parse(text(entry)).get("id").text());
            case "runnel.reasoning.delta" -> think(JsonValue.parse(text(entry)).text());
            case "runnel.reasoning.completed" -> endThought("completed");
            default -> {
                if (entry.shown()) {
                    read(entry.event());
                }
            }
        }
        return events;
    }

    private static String text(LogEntry entry) {
        return new String(entry.data(), StandardCharsets.UTF_8);
    }

    private void read(RunEvent event) {
        switch (event) {
            case RunEvent.RunChanged changed -> change(changed);
            case RunEvent.StepChanged changed -> change(changed.step());
            case RunEvent.MessageChanged changed -> change(changed);
            case RunEvent.MessageDelta delta -> grow(delta);
            case RunEvent.StepDelta delta -> grow(delta);
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
            case REQUIRES_ACTION -> endCalls(output);
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
        add(new ResponseEvent.Changed(type, next, view.show(now, items())));
    }

    private void add(ResponseEvent event) {
        next++;
        events.add(event);
    }

    // ---- items

    private void begin(Growing item) {
        output.add(item);
        add(new ResponseEvent.ItemChanged("response.output_item.added", next, item.index, item.item()));
    }

    private void end(Growing item, String status) {
        item.status = status;
        add(new ResponseEvent.ItemChanged("response.output_item.done", next, item.index, item.item()));
    }

    private void part(String what, Growing item, int index, JsonValue part) {
        add(new ResponseEvent.PartChanged("response.content_part." + what, next, item.id, item.index, index, part));
    }

    // ---- reasoning

    private void beginThought(String id) {
        endThought("incomplete");
        Growing.Thought begun = new Growing.Thought(id, output.size());
        thought = begun;
        begin(begun);
        part("added", begun, 0, CitedParts.reasoning(""));
    }

    private void think(String text) {
        Growing.Thought open = thought;
        if (open != null) {
            open.text.append(text);
            add(new ResponseEvent.PartDelta(
                    "response.reasoning_text.delta", next, open.id, open.index, 0, text));
        }
    }

    private void endThought(String status) {
        Growing.Thought open = thought;
        if (open == null) {
            return;
        }
        thought = null;
        String text = open.text.toString();
        add(new ResponseEvent.ReasoningDone("response.reasoning_text.done", next, open.id, open.index, 0, text));
        part("done", open, 0, CitedParts.reasoning(text));
        end(open, status);
    }

    // ---- messages

    private void change(RunEvent.MessageChanged changed) {
        Message message = changed.message();
        if (changed.name().equals("thread.message.created")) {
            endThought("incomplete");
            Growing.Message item = new Growing.Message(message.id(), output.size());
            messages.put(message.id(), item);
            begin(item);
        } else if (message.status() != MessageStatus.IN_PROGRESS) {
            Growing.Message item = messages.get(message.id());
            if (item != null && item.open()) {
                endPart(item);
                end(item, message.status() == MessageStatus.COMPLETED ? "completed" : "incomplete");
            }
        }
    }

    private void grow(RunEvent.MessageDelta delta) {
        Growing.Message item = messages.get(delta.messageId());
        if (item == null) {
            return;
        }
        for (ContentDelta part : delta.content()) {
            switch (part) {
                case ContentDelta.Text text -> say(item, text);
                case ContentDelta.Refusal refusal -> {
                    openPart(item, refusal.index(), true).text.append(refusal.refusal());
                    add(new ResponseEvent.PartDelta("response.refusal.delta", next, item.id, item.index,
                            item.openPart, refusal.refusal()));
                }
                case ContentDelta.Other _ -> {
                }
            }
        }
    }

    private void say(Growing.Message item, ContentDelta.Text delta) {
        Growing.Part part = openPart(item, delta.index(), false);
        List<JsonValue> annotations = delta.annotations() == null ? List.of() : delta.annotations();
        List<String> cited = new ArrayList<>();
        for (JsonValue annotation : annotations) {
            String fileId = CitedParts.citedFile(annotation);
            if (fileId != null) {
                cited.add(fileId);
            }
        }
        if (cited.isEmpty() && !delta.value().isEmpty()) {
            part.text.append(delta.value());
            add(new ResponseEvent.TextDelta("response.output_text.delta", next, item.id, item.index, item.openPart,
                    delta.value(), List.of()));
        }
        // A delta with a citation has the marker of the Assistants API for its text, and no more.
        for (String fileId : cited) {
            JsonValue citation = CitedParts.citation(fileId, part.text.codePoints().count(), names);
            part.annotations.add(citation);
            add(new ResponseEvent.AnnotationAdded("response.output_text.annotation.added", next, item.id, item.index,
                    item.openPart, part.annotations.size() - 1, citation));
        }
    }

    private Growing.Part openPart(Growing.Message item, int index, boolean refusal) {
        if (item.openPart != index) {
            endPart(item);
            while (item.parts.size() <= index) {
                item.parts.add(new Growing.Part(refusal));
            }
            item.openPart = index;
            part("added", item, index, new Growing.Part(refusal).json());
        }
        return item.parts.get(index);
    }

    private void endPart(Growing.Message item) {
        int index = item.openPart;
        if (index < 0) {
            return;
        }
        Growing.Part part = item.parts.get(index);
        String text = part.text.toString();
        add(part.refusal
                ? new ResponseEvent.RefusalDone("response.refusal.done", next, item.id, item.index, index, text)
                : new ResponseEvent.TextDone(
                        "response.output_text.done", next, item.id, item.index, index, text, List.of()));
        part("done", item, index, part.json());
        item.openPart = -1;
    }

    // ---- calls of tools

    private void grow(RunEvent.StepDelta delta) {
        endThought("incomplete");
        Map<Integer, Growing> calls = steps.computeIfAbsent(delta.stepId(), _ -> new LinkedHashMap<>());
        for (ToolCallDelta call : delta.toolCalls()) {
            switch (call) {
                case ToolCallDelta.Function function -> call(delta.stepId(), calls, function);
                case ToolCallDelta.Other other -> search(delta.stepId(), calls, other);
            }
        }
    }

    private void call(String stepId, Map<Integer, Growing> calls, ToolCallDelta.Function delta) {
        if (!calls.containsKey(delta.index())) {
            endCalls(calls.values());
            Growing.Call begun = new Growing.Call(
                    ItemIds.of(ItemIds.CALL, stepId, delta.index()), output.size(), String.valueOf(delta.id()),
                    String.valueOf(delta.name()));
            calls.put(delta.index(), begun);
            begin(begun);
        }
        String more = delta.arguments();
        if (more != null && !more.isEmpty() && calls.get(delta.index()) instanceof Growing.Call call) {
            call.arguments.append(more);
            add(new ResponseEvent.ArgumentsDelta(
                    "response.function_call_arguments.delta", next, call.id, call.index, more));
        }
    }

    private void search(String stepId, Map<Integer, Growing> calls, ToolCallDelta.Other delta) {
        if (delta.json().get("type").text().equals("file_search") && !calls.containsKey(delta.index())) {
            endCalls(calls.values());
            Growing.Search begun = new Growing.Search(
                    ItemIds.of(ItemIds.SEARCH, stepId, delta.index()), output.size());
            calls.put(delta.index(), begun);
            begin(begun);
            searching("in_progress", begun);
            searching("searching", begun);
        }
    }

    private void searching(String state, Growing.Search search) {
        add(new ResponseEvent.SearchChanged("response.file_search_call." + state, next, search.id, search.index));
    }

    /** Ends the function calls that the model has written; other items go on. */
    private void endCalls(Collection<Growing> items) {
        for (Growing item : items) {
            if (item instanceof Growing.Call call && call.open()) {
                endCall(call, "completed");
            }
        }
    }

    private void endCall(Growing.Call call, String status) {
        add(new ResponseEvent.ArgumentsDone("response.function_call_arguments.done", next, call.id, call.index,
                call.name, call.arguments.toString()));
        end(call, status);
    }

    private void change(RunStep step) {
        endThought("incomplete");
        if (step.status() == StepStatus.IN_PROGRESS
                || !(step.stepDetails() instanceof StepDetails.ToolCalls details)) {
            return;
        }
        Map<Integer, Growing> calls = steps.getOrDefault(step.id(), Map.of());
        boolean whole = step.status() == StepStatus.COMPLETED;
        StepNotes kept = whole && details.toolCalls().stream().anyMatch(StepToolCall.FileSearch.class::isInstance)
                ? notes.apply(step.id()).orElse(null)
                : null;
        for (int i = 0; i < details.toolCalls().size(); i++) {
            Growing item = calls.get(i);
            StepToolCall call = details.toolCalls().get(i);
            if (item instanceof Growing.Call function && function.open()) {
                endCall(function, whole ? "completed" : "incomplete");
            } else if (item instanceof Growing.Search search && search.open()) {
                endSearch(search, call, kept, whole);
            }
        }
        for (int i = 0; i < details.toolCalls().size(); i++) {
            if (details.toolCalls().get(i) instanceof StepToolCall.Function function
                    && function.function().output() != null) {
                answer(ItemIds.of(ItemIds.OUTPUT, step.id(), i), function.id(), function.function().output());
            }
        }
    }

    private void endSearch(Growing.Search search, StepToolCall call, @Nullable StepNotes kept, boolean whole) {
        if (call instanceof StepToolCall.FileSearch found) {
            found.fileSearch().results().forEach(result -> names.put(result.fileId(), result.fileName()));
            search.queries = FoundParts.queries(call, kept);
            search.results = whole && view.withResults() ? FoundParts.results(found, kept) : null;
        }
        if (whole) {
            searching("completed", search);
        }
        end(search, whole ? "completed" : "incomplete");
    }

    /** A function's output that a client of the Assistants API has submitted. */
    private void answer(String id, String callId, String given) {
        Growing.Whole item = new Growing.Whole(
                new ResponseItem.FunctionCallOutput(id, callId, Json.tree(given), "completed"), output.size());
        begin(item);
        end(item, "completed");
    }

    /** Whether the run has ended. */
    boolean ended() {
        return run != null && run.status().terminal();
    }
}
