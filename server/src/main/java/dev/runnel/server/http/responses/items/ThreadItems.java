package dev.runnel.server.http.responses.items;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.Annotation;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageContent;
import dev.runnel.protocol.MessageStatus;
import dev.runnel.protocol.Role;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepDetails;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.StepToolCall;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.responses.ResponseIds;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.server.store.rows.StepNotes;
import dev.runnel.server.store.rows.ThreadEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The entries of a thread, as items. */
public final class ThreadItems {
    private final Include include;

    /** The names of the files that searches have found, by their ids. */
    private final Map<String, String> names = new LinkedHashMap<>();

    /** @param include what the items show besides what all see */
    public ThreadItems(Include include) {
        this.include = include;
    }

    /** The items of entries, in the same order; those of one entry are in the thread's order. */
    public List<ResponseItem> of(List<ThreadEntry> entries) {
        return entries.stream().flatMap(entry -> of(entry).stream()).toList();
    }

    /** The items of one entry, in the thread's order. */
    public List<ResponseItem> of(ThreadEntry entry) {
        return switch (entry) {
            case ThreadEntry.Said said -> List.of(message(said.message()));
            case ThreadEntry.Called called -> calls(called.step(), called.notes());
            case ThreadEntry.Beside beside -> List.of(extra(beside.extra()));
        };
    }

    private static ResponseItem extra(ThreadEntry.Extra extra) {
        JsonValue data = extra.data();
        String id = extra.id();
        return switch (extra.kind()) {
            case INSTRUCTION -> new ResponseItem.Message(
                    id, "completed", data.get("role").text(), instruction(data.get("content")));
            case CALL -> new ResponseItem.FunctionCall(
                    id, data.get("call_id").text(), data.get("name").text(), data.get("arguments").text(),
                    "completed");
            case OUTPUT -> new ResponseItem.FunctionCallOutput(
                    id, data.get("call_id").text(), output(data.get("output")), "completed");
            case THOUGHT -> {
                String text = data.get("text").text();
                yield new ResponseItem.Reasoning(
                        id, List.of(), text.isEmpty() ? List.of() : List.of(CitedParts.reasoning(text)), "completed");
            }
        };
    }

    /** An output as the request gave it, without the texts that its files hold. */
    private static JsonValue output(JsonValue output) {
        return output.isArray() ? JsonValue.of(output.elements().stream().map(ThreadItems::outputPart).toList())
                : output;
    }

    private static JsonValue outputPart(JsonValue part) {
        return switch (part.get("type").text()) {
            case "input_file" -> JsonValue.of(Json.tree(part).<ObjectNode>deepCopy().without("text"));
            case "input_image" -> part.get("detail").isNull() ? part.with(Map.of("detail", "auto")) : part;
            default -> part;
        };
    }

    private static List<JsonValue> instruction(JsonValue content) {
        return content.isText()
                ? List.of(CitedParts.input(content.text()))
                : content.elements().stream().map(part -> CitedParts.input(part.get("text").text())).toList();
    }

    private ResponseItem message(Message message) {
        boolean assistant = message.role() == Role.ASSISTANT;
        List<JsonValue> parts = new ArrayList<>();
        String container = ResponseIds.container(message.threadId());
        for (MessageContent part : message.content()) {
            boolean made = assistant && part instanceof MessageContent.ImageFile; // an output of the code shows it
            if (!made) {
                parts.add(part(part, assistant, container));
            }
        }
        if (!assistant) {
            message.attachments().forEach(attachment -> parts.add(
                    CitedParts.part("input_file", "file_id", attachment.get("file_id").text())));
        }
        return new ResponseItem.Message(message.id(), status(message.status()), message.role().wire(), parts);
    }

    private static String status(MessageStatus status) {
        return switch (status) {
            case IN_PROGRESS -> "in_progress";
            case INCOMPLETE -> "incomplete";
            default -> "completed";
        };
    }

    private JsonValue part(MessageContent part, boolean assistant, String container) {
        return switch (part) {
            case MessageContent.Text text when isFile(text, assistant) -> file(text.text().annotations().getFirst());
            case MessageContent.Text text -> assistant
                    ? CitedParts.text(
                            text.text().value(), text.text().annotations().stream().map(JsonValue::of).toList(),
                            container, names)
                    : CitedParts.input(text.text().value());
            case MessageContent.Refusal refusal -> CitedParts.refusal(refusal.refusal());
            case MessageContent.ImageFile image -> image("file_id", image.imageFile().get("file_id"),
                    image.imageFile());
            case MessageContent.ImageUrl image -> image("image_url", image.imageUrl().get("url"), image.imageUrl());
            case MessageContent.Unknown unknown -> CitedParts.input(unknown.json().toString());
        };
    }

    /** Whether a text is what a file holds that the user has sent: only then has a user's text an annotation. */
    private static boolean isFile(MessageContent.Text text, boolean assistant) {
        return !assistant && text.text().annotations().stream().anyMatch(Annotation.FileCitation.class::isInstance);
    }

    private static JsonValue file(Annotation annotation) {
        JsonValue citation = JsonValue.of(annotation);
        Map<String, Object> part = new LinkedHashMap<>();
        part.put("type", "input_file");
        String fileId = CitedParts.citedFile(citation);
        if (fileId != null) {
            part.put("file_id", fileId);
        }
        part.put("filename", citation.get("text").text());
        return JsonValue.of(part);
    }

    private static JsonValue image(String name, JsonValue value, JsonValue image) {
        Map<String, Object> part = new LinkedHashMap<>();
        part.put("type", "input_image");
        part.put(name, value);
        part.put("detail", image.get("detail").isNull() ? "auto" : image.get("detail").text());
        return JsonValue.of(part);
    }

    private List<ResponseItem> calls(RunStep step, @Nullable StepNotes notes) {
        List<ResponseItem> items = new ArrayList<>();
        List<ResponseItem> outputs = new ArrayList<>();
        List<StepToolCall> calls = step.stepDetails() instanceof StepDetails.ToolCalls details
                ? details.toolCalls()
                : List.of();
        String status = switch (step.status()) {
            case IN_PROGRESS -> "in_progress";
            case COMPLETED -> "completed";
            default -> "incomplete";
        };
        for (int i = 0; i < calls.size(); i++) {
            switch (calls.get(i)) {
                case StepToolCall.Function(String callId, StepToolCall.Function.Call call) -> {
                    items.add(new ResponseItem.FunctionCall(
                            ItemIds.of(ItemIds.CALL, step.id(), i), callId, call.name(), call.arguments(), status));
                    if (call.output() != null) {
                        outputs.add(new ResponseItem.FunctionCallOutput(
                                ItemIds.of(ItemIds.OUTPUT, step.id(), i), callId, JsonValue.of(call.output()),
                                "completed"));
                    }
                }
                case StepToolCall.FileSearch search -> items.add(search(step, i, search, notes, status));
                case StepToolCall.CodeInterpreter code -> items.add(code(step, i, code, status));
                case StepToolCall.Other _ -> {
                }
            }
        }
        items.addAll(outputs);
        return items;
    }

    private ResponseItem search(
            RunStep step, int index, StepToolCall.FileSearch search, @Nullable StepNotes notes, String status) {
        search.fileSearch().results().forEach(result -> names.put(result.fileId(), result.fileName()));
        boolean shown = include.results() && step.status() == StepStatus.COMPLETED;
        return new ResponseItem.FileSearchCall(
                ItemIds.of(ItemIds.SEARCH, step.id(), index), status, FoundParts.queries(search, notes),
                shown ? FoundParts.results(search, notes) : null);
    }

    private ResponseItem code(RunStep step, int index, StepToolCall.CodeInterpreter code, String status) {
        return new ResponseItem.CodeInterpreterCall(
                ItemIds.of(ItemIds.CODE, step.id(), index), status, ResponseIds.container(step.threadId()),
                code.codeInterpreter().input(),
                include.outputs() && step.status() == StepStatus.COMPLETED ? CodeParts.outputs(code) : null);
    }
}
