package dev.runnel.protocol;

import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads and writes the events of a run's stream: an event's name and its data are what stands in the {@code event} and
 * {@code data} lines. Thread-safe.
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
     * @throws JsonException if the data is not what the name promises
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
            return new RunEvent.StepChanged(name, Json.read(data, RunStep.class));
        } else if (name.startsWith("thread.run.")) {
            return new RunEvent.RunChanged(name, Json.read(data, Run.class));
        } else if (name.startsWith("thread.message.")) {
            return new RunEvent.MessageChanged(name, Json.read(data, Message.class));
        }
        return new RunEvent.Unknown(name, Json.readTree(data));
    }
}
