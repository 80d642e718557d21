package dev.runnel.server.http.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.responses.ResponseEvent;
import java.util.List;

/** Describes the events of a response's stream. */
final class ResponseStreamEvents {
    private ResponseStreamEvents() {}

    /** The schema of all events: a union of objects, each with the fields of one server-sent event. */
    static ObjectNode union(Schemas schemas) {
        ObjectNode union = Json.object()
                .put("description",
                        "One server-sent event: its fields, and its data as the JSON it holds. The id is the event's"
                                + " sequence number.");
        ArrayNode oneOf = union.putArray("oneOf");
        all(schemas, oneOf, ResponseEvent.Changed.class, "response.", "created", "queued", "in_progress", "completed",
                "incomplete", "failed");
        all(schemas, oneOf, ResponseEvent.ItemChanged.class, "response.output_item.", "added", "done");
        all(schemas, oneOf, ResponseEvent.PartChanged.class, "response.content_part.", "added", "done");
        all(schemas, oneOf, ResponseEvent.TextDelta.class, "response.output_text.", "delta");
        all(schemas, oneOf, ResponseEvent.TextDone.class, "response.output_text.", "done");
        all(schemas, oneOf, ResponseEvent.AnnotationAdded.class, "response.output_text.annotation.", "added");
        all(schemas, oneOf, ResponseEvent.PartDelta.class, "response.refusal.", "delta");
        all(schemas, oneOf, ResponseEvent.RefusalDone.class, "response.refusal.", "done");
        all(schemas, oneOf, ResponseEvent.PartDelta.class, "response.reasoning_text.", "delta");
        all(schemas, oneOf, ResponseEvent.ReasoningDone.class, "response.reasoning_text.", "done");
        all(schemas, oneOf, ResponseEvent.ArgumentsDelta.class, "response.function_call_arguments.", "delta");
        all(schemas, oneOf, ResponseEvent.ArgumentsDone.class, "response.function_call_arguments.", "done");
        all(schemas, oneOf, ResponseEvent.SearchChanged.class, "response.file_search_call.", "in_progress",
                "searching", "completed");
        all(schemas, oneOf, ResponseEvent.CodeChanged.class, "response.code_interpreter_call.", "in_progress",
                "interpreting", "completed");
        all(schemas, oneOf, ResponseEvent.CodeDelta.class, "response.code_interpreter_call_code.", "delta");
        all(schemas, oneOf, ResponseEvent.CodeDone.class, "response.code_interpreter_call_code.", "done");
        event(schemas, oneOf, "error", ResponseEvent.Failed.class);
        return union;
    }

    private static void all(Schemas schemas, ArrayNode oneOf, Class<?> data, String prefix, String... names) {
        List.of(names).forEach(name -> event(schemas, oneOf, prefix + name, data));
    }

    private static void event(Schemas schemas, ArrayNode oneOf, String name, Class<?> data) {
        ObjectNode event = oneOf.addObject().put("type", "object");
        ObjectNode properties = event.putObject("properties");
        properties.putObject("id").put("type", "string").put("pattern", "^[0-9]+$");
        properties.putObject("event").put("const", name);
        properties.set("data", schemas.schema(data));
        event.putArray("required").add("event").add("data");
    }
}
