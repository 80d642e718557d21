package dev.runnel.cli.reply;

import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunEvents;
import dev.runnel.protocol.responses.ResponseEvent;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One event as one line of JSON, for programs. */
public final class EventLine {
    private EventLine() {}

    /**
     * An event of a run: {@code {"seq":9,"event":"thread.message.delta","data":{…}}}.
     *
     * @param number its sequence number; 0 if the server does not number its events, which is written as null
     */
    public static String of(long number, RunEvent event) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("seq", number == 0 ? null : number);
        line.put("event", event.name());
        line.put("data", JsonValue.parse(new String(RunEvents.encode(event), StandardCharsets.UTF_8)));
        return JsonValue.of(line).toString();
    }

    /**
     * An event of a response: {@code {"seq":4,"event":"response.output_text.delta","data":{…}}}. Without a number it is null.
     */
    public static String of(ResponseEvent event) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("seq", event.sequenceNumber() < 0 ? null : event.sequenceNumber());
        line.put("event", event.type());
        line.put("data", JsonValue.of(event));
        return JsonValue.of(line).toString();
    }

    /** JSON on one line, whatever its lines were; other text as a JSON string. */
    public static String of(byte[] json) {
        String text = new String(json, StandardCharsets.UTF_8);
        try {
            return JsonValue.parse(text).toString();
        } catch (JsonException e) {
            return JsonValue.of(text).toString();
        }
    }
}
