package dev.runnel.server.http.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageStatus;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.RunStep;
import dev.runnel.protocol.StepStatus;
import dev.runnel.protocol.json.Json;

/** Describes the events of a run's stream: one for each status of a run, step or message, and a few more. */
final class StreamEvents {
    private final Schemas schemas;
    private final ArrayNode oneOf;

    private StreamEvents(Schemas schemas, ArrayNode oneOf) {
        this.schemas = schemas;
        this.oneOf = oneOf;
    }

    /** The schema of all events: a union of objects, each with the fields of one server-sent event. */
    static ObjectNode union(Schemas schemas) {
        ObjectNode union = Json.object()
                .put("description",
                        "One server-sent event: its fields, and its data as the JSON it holds. The id is the"
                                + " event's number within its run: a position to read on from.");
        StreamEvents events = new StreamEvents(schemas, union.putArray("oneOf"));
        events.event("thread.created", AssistantThread.class);
        events.changes("thread.run.", RunStatus.class, Run.class);
        events.changes("thread.run.step.", StepStatus.class, RunStep.class);
        events.event("thread.run.step.delta", HandWritten.RunStepDelta.class);
        events.changes("thread.message.", MessageStatus.class, Message.class);
        events.event("thread.message.delta", HandWritten.MessageDelta.class);
        events.event("error", HandWritten.ErrorResponse.class);
        events.unnumbered("done", Json.object().put("const", "[DONE]"));
        return union;
    }

    private <E extends Enum<E>> void changes(String prefix, Class<E> statuses, Class<?> data) {
        event(prefix + "created", data);
        Schemas.wireNames(statuses).forEach(status -> event(prefix + status, data));
    }

    private void event(String name, Class<?> data) {
        ObjectNode event = unnumbered(name, schemas.schema(data));
        if (!name.equals("error")) {
            event.withObjectProperty("properties").putObject("id").put("type", "string").put("pattern",
                    "^[1-9][0-9]*$");
            event.withArrayProperty("required").add("id");
        }
    }

    private ObjectNode unnumbered(String name, ObjectNode data) {
        ObjectNode event = oneOf.addObject().put("type", "object");
        ObjectNode properties = event.putObject("properties");
        properties.putObject("event").put("const", name);
        properties.set("data", data);
        event.putArray("required").add("event").add("data");
        return event;
    }
}
