package dev.runnel.server.http.responses.events;

import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.protocol.ToolCallDelta;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.server.http.responses.items.FoundParts;
import dev.runnel.server.http.responses.items.ItemIds;
import dev.runnel.server.store.rows.StepNotes;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The events of calls of tools. For one thread. */
final class CallEvents {
    private final Output output;
    private final boolean withResults;
    private final Function<String, Optional<StepNotes>> notes;
    private final Map<String, Map<Integer, Growing>> steps = new HashMap<>();

    /** The names of the files that searches have found, by their ids. */
    private final Map<String, String> names;

    CallEvents(Output output, boolean withResults, Function<String, Optional<StepNotes>> notes,
            Map<String, String> names) {
        this.output = output;
        this.withResults = withResults;
        this.notes = notes;
        this.names = names;
    }

    void grow(RunEvent.StepDelta delta) {
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
            endFunctions(calls.values());
            Growing.Call begun = new Growing.Call(
                    ItemIds.of(ItemIds.CALL, stepId, delta.index()), output.size(), String.valueOf(delta.id()),
                    String.valueOf(delta.name()));
            calls.put(delta.index(), begun);
            output.begin(begun);
        }
        String more = delta.arguments();
        if (more != null && !more.isEmpty() && calls.get(delta.index()) instanceof Growing.Call call) {
            call.arguments.append(more);
            output.add(new ResponseEvent.ArgumentsDelta(
                    "response.function_call_arguments.delta", output.next(), call.id, call.index, more));
        }
    }

    private void search(String stepId, Map<Integer, Growing> calls, ToolCallDelta.Other delta) {
        if (delta.json().get("type").text().equals("file_search") && !calls.containsKey(delta.index())) {
            endFunctions(calls.values());
            Growing.Search begun = new Growing.Search(
                    ItemIds.of(ItemIds.SEARCH, stepId, delta.index()), output.size());
            calls.put(delta.index(), begun);
            output.begin(begun);
            searching("in_progress", begun);
            searching("searching", begun);
        }
    }

    private void searching(String state, Growing.Search search) {
        output.add(new ResponseEvent.SearchChanged(
                "response.file_search_call." + state, output.next(), search.id, search.index));
    }

    /** Ends the function calls that the model has written; other items go on. */
    void endFunctions(Collection<Growing> items) {
        for (Growing item : items) {
            if (item instanceof Growing.Call call && call.open()) {
                endFunction(call, "completed");
            }
        }
    }

    private void endFunction(Growing.Call call, String status) {
        output.add(new ResponseEvent.ArgumentsDone("response.function_call_arguments.done", output.next(), call.id,
                call.index, call.name, call.arguments.toString()));
        output.end(call, status);
    }

    void change(RunStep step) {
        if (step.status() == StepStatus.IN_PROGRESS
                || !(step.stepDetails() instanceof StepDetails.ToolCalls details)) {
            return;
        }
        boolean whole = step.status() == StepStatus.COMPLETED;
        end(step.id(), details.toolCalls(), whole);
        for (int i = 0; i < details.toolCalls().size(); i++) {
            if (details.toolCalls().get(i) instanceof StepToolCall.Function function
                    && function.function().output() != null) {
                answer(ItemIds.of(ItemIds.OUTPUT, step.id(), i), function.id(), function.function().output());
            }
        }
    }

    private void end(String stepId, List<StepToolCall> ended, boolean whole) {
        Map<Integer, Growing> calls = steps.getOrDefault(stepId, Map.of());
        StepNotes kept = whole && ended.stream().anyMatch(StepToolCall.FileSearch.class::isInstance)
                ? notes.apply(stepId).orElse(null)
                : null;
        for (int i = 0; i < ended.size(); i++) {
            Growing item = calls.get(i);
            if (item instanceof Growing.Call function && function.open()) {
                endFunction(function, whole ? "completed" : "incomplete");
            } else if (item instanceof Growing.Search search && search.open()) {
                endSearch(search, ended.get(i), kept, whole);
            }
        }
    }

    private void endSearch(Growing.Search search, StepToolCall call, @Nullable StepNotes kept, boolean whole) {
        if (call instanceof StepToolCall.FileSearch found) {
            found.fileSearch().results().forEach(result -> names.put(result.fileId(), result.fileName()));
            search.queries = FoundParts.queries(call, kept);
            search.results = whole && withResults ? FoundParts.results(found, kept) : null;
        }
        if (whole) {
            searching("completed", search);
        }
        output.end(search, whole ? "completed" : "incomplete");
    }

    /** A function's output that a client of the Assistants API has submitted. */
    private void answer(String id, String callId, String given) {
        Growing.Whole item = new Growing.Whole(
                new ResponseItem.FunctionCallOutput(id, callId, Json.tree(given), "completed"), output.size());
        output.begin(item);
        output.end(item, "completed");
    }
}
