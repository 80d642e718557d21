package dev.runnel.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BiFunction;

/**
 * Reads and writes the events of a run's stream: an event's name is its {@code event} line, and its data is its {@code data}
 * line. Thread-safe.
 */
public final class RunEvents {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private RunEvents() {}

    /** The data of an event, as UTF-8 on one line. */
    public static byte[] encode(RunEvent event) {
        if (event instanceof RunEvent.MessageDelta delta) {
            return RunDeltas.encode(delta);
        } else if (event instanceof RunEvent.StepDelta delta) {
            return RunDeltas.encode(delta);
        } else if (event instanceof RunEvent.RunChanged changed) {
            return Json.write(changed.run());
        } else if (event instanceof RunEvent.StepChanged changed) {
            return Json.write(changed.step());
        } else if (event instanceof RunEvent.MessageChanged changed) {
            return Json.write(changed.message());
        } else if (event instanceof RunEvent.ThreadCreated created) {
            return Json.write(created.thread());
        } else if (event instanceof RunEvent.Failed failed) {
            return failed.error().toJson();
        } else if (event instanceof RunEvent.Unknown unknown) {
            return Json.write(unknown.data());
        } else {
            return DONE.clone();
        }
    }

    /**
     * Reads an event.
     *
     * @param name the event's name, such as {@code thread.message.delta}
     * @param data its data
     * @throws JsonException if the data does not fit the name
     */
    public static RunEvent decode(String name, byte[] data) {
        return switch (name) {
            case "thread.message.delta" -> RunDeltas.decodeMessageDelta(data);
            case "thread.run.step.delta" -> RunDeltas.decodeStepDelta(data);
            case "thread.created" -> new RunEvent.ThreadCreated(Json.read(data, AssistantThread.class));
            case "error" -> new RunEvent.Failed(ApiError.parse(data));
            case "done" -> new RunEvent.Done();
            default -> decodeByPrefix(name, data);
        };
    }

    private static RunEvent decodeByPrefix(String name, byte[] data) {
        if (Arrays.equals(data, DONE)) {
            return new RunEvent.Done();
        } else if (name.startsWith("thread.run.step.")) {
            return snapshot(name, data, "thread.run.step", RunStep.class, RunEvent.StepChanged::new);
        } else if (name.startsWith("thread.run.")) {
            return snapshot(name, data, "thread.run", Run.class, RunEvent.RunChanged::new);
        } else if (name.startsWith("thread.message.")) {
            return snapshot(name, data, "thread.message", Message.class, RunEvent.MessageChanged::new);
        }
        return new RunEvent.Unknown(name, jsonOrText(data));
    }

    /** New events may have names that begin like those of snapshots, so the data's {@code object} is checked too. */
    private static <T> RunEvent snapshot(
            String name, byte[] data, String object, Class<T> type, BiFunction<String, T, RunEvent> event) {
        if (!(Json.readTree(data) instanceof ObjectNode tree)) {
            throw new JsonException("a snapshot must be an object", null);
        }
        boolean another = tree.hasNonNull("object") && !tree.path("object").asText().equals(object);
        return another ? new RunEvent.Unknown(name, JsonValue.of(tree)) : event.apply(name, Json.convert(tree, type));
    }

    /** The data of an unknown event may be something other than JSON. */
    private static JsonValue jsonOrText(byte[] data) {
        try {
            return JsonValue.parse(data);
        } catch (JsonException e) {
            return JsonValue.of(new String(data, StandardCharsets.UTF_8));
        }
    }
}
