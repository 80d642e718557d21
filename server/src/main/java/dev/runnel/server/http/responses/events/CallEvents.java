package dev.runnel.server.http.responses.events;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.protocol.ToolCallDelta;
import dev.runnel.protocol.responses.ResponseEvent;
import dev.runnel.protocol.responses.ResponseIds;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.server.http.responses.items.CodeParts;
import dev.runnel.server.http.responses.items.FoundParts;
import dev.runnel.server.http.responses.items.Include;
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
    private final Include include;
    private final Function<String, Optional<StepNotes>> notes;
    private final Map<String, Map<Integer, Growing>> steps = new HashMap<>();
    private String container = "";

    /** The names of the files that searches have found, by their ids. */
    private final Map<String, String> names;

    CallEvents(Output output, Include include, Function<String, Optional<StepNotes>> notes,
            Map<String, String> names) {
        this.output = output;
        this.include = include;
        this.notes = notes;
        this.names = names;
    }

    void grow(RunEvent.StepDelta delta) {
        Map<Integer, Growing> calls = steps.computeIfAbsent(delta.stepId(), _ -> new LinkedHashMap<>());
        for (ToolCallDelta call : delta.toolCalls()) {
            switch (call) {
                case ToolCallDelta.Function function -> call(delta.stepId(), calls, function);
                case ToolCallDelta.Other other -> serve(delta.stepId(), calls, other);
            }
        }
    }

    private void call(String stepId, Map<Integer, Growing> calls, ToolCallDelta.Function delta) {
        if (!calls.containsKey(delta.index())) {
            endWritten(calls.values());
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

    /** A call of one of the server's own tools. */
    private void serve(String stepId, Map<Integer, Growing> calls, ToolCallDelta.Other delta) {
        switch (delta.json().get("type").text()) {
            case "file_search" -> search(stepId, calls, delta.index());
            case "code_interpreter" -> code(stepId, calls, delta);
            default -> {
            }
        }
    }

    private void search(String stepId, Map<Integer, Growing> calls, int index) {
        if (!calls.containsKey(index)) {
            endWritten(calls.values());
            Growing.Search begun = new Growing.Search(ItemIds.of(ItemIds.SEARCH, stepId, index), output.size());
            calls.put(index, begun);
            output.begin(begun);
            searching("in_progress", begun);
            searching("searching", begun);
        }
    }

    private void code(String stepId, Map<Integer, Growing> calls, ToolCallDelta.Other delta) {
        if (!calls.containsKey(delta.index())) {
            endWritten(calls.values());
            Growing.Code begun = new Growing.Code(
                    ItemIds.of(ItemIds.CODE, stepId, delta.index()), output.size(), container);
            calls.put(delta.index(), begun);
            output.begin(begun);
            codeChanged("in_progress", begun);
        }
        JsonValue shown = delta.json().get("code_interpreter");
        String more = shown.get("input").text();
        if (!more.isEmpty() && calls.get(delta.index()) instanceof Growing.Code code) {
            code.code.append(more);
            output.add(new ResponseEvent.CodeDelta(
                    "response.code_interpreter_call_code.delta", output.next(), code.id, code.index, more));
        }
    }

    private void codeChanged(String state, Growing.Code code) {
        output.add(new ResponseEvent.CodeChanged(
                "response.code_interpreter_call." + state, output.next(), code.id, code.index));
    }

    private void endCode(Growing.Code code) {
        if (!code.written) {
            code.written = true;
            output.add(new ResponseEvent.CodeDone("response.code_interpreter_call_code.done", output.next(), code.id,
                    code.index, code.code.toString()));
        }
    }

    /** The server begins to carry out a call. */
    void execute(String stepId, JsonValue index) {
        Growing item = index.toJava() instanceof Number number
                ? steps.getOrDefault(stepId, Map.of()).get(number.intValue())
                : null;
        if (item instanceof Growing.Code code && code.open) {
            interpret(code);
        }
    }

    private void interpret(Growing.Code code) {
        endCode(code);
        if (!code.status.equals("interpreting")) {
            code.status = "interpreting";
            codeChanged("interpreting", code);
        }
    }

    private void searching(String state, Growing.Search search) {
        output.add(new ResponseEvent.SearchChanged(
                "response.file_search_call." + state, output.next(), search.id, search.index));
    }

    /** Ends what the model has written: calls of functions, and code, which is still to be run. */
    void endWritten(Collection<Growing> items) {
        for (Growing item : items) {
            if (item instanceof Growing.Call call && call.open) {
                endFunction(call, "completed");
            } else if (item instanceof Growing.Code code && code.open) {
                endCode(code);
            }
        }
    }

    private void endFunction(Growing.Call call, String status) {
        output.add(new ResponseEvent.ArgumentsDone("response.function_call_arguments.done", output.next(), call.id,
                call.index, call.name, call.arguments.toString()));
        output.end(call, status);
    }

    void change(RunStep step) {
        container = ResponseIds.container(step.threadId());
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
            if (item == null || !item.open) {
                continue;
            }
            switch (item) {
                case Growing.Call function -> endFunction(function, whole ? "completed" : "incomplete");
                case Growing.Search search -> endSearch(search, ended.get(i), kept, whole);
                case Growing.Code code -> end(code, ended.get(i), whole);
                case Growing.Message _,Growing.Thought _,Growing.Whole _ -> {
                }
            }
        }
    }

    private void endSearch(Growing.Search search, StepToolCall call, @Nullable StepNotes kept, boolean whole) {
        if (call instanceof StepToolCall.FileSearch found) {
            found.fileSearch().results().forEach(result -> names.put(result.fileId(), result.fileName()));
            search.queries = FoundParts.queries(call, kept);
            search.results = whole && include.results() ? FoundParts.results(found, kept) : null;
        }
        if (whole) {
            searching("completed", search);
        }
        output.end(search, whole ? "completed" : "incomplete");
    }

    private void end(Growing.Code code, StepToolCall call, boolean whole) {
        endCode(code);
        if (whole) {
            interpret(code);
            if (include.outputs() && call instanceof StepToolCall.CodeInterpreter shown) {
                code.outputs = CodeParts.outputs(shown);
            }
            codeChanged("completed", code);
        }
        output.end(code, whole ? "completed" : "incomplete");
    }

    /** A function's output that a client of the Assistants API has submitted. */
    private void answer(String id, String callId, String given) {
        Growing.Whole item = new Growing.Whole(
                new ResponseItem.FunctionCallOutput(id, callId, JsonValue.of(given), "completed"), output.size());
        output.begin(item);
        output.end(item, "completed");
    }
}
