package dev.runnel.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import dev.runnel.protocol.sse.SseEvent;
import dev.runnel.protocol.sse.SseParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Texts of the wire, as tests write them down and compare them. */
final class WireText {
    private WireText() {}

    /** An event as it stands on the wire. */
    record Line(String name, String data) {
        RunEvent decoded() {
            return RunEvents.decode(name, data.getBytes(UTF_8));
        }
    }

    /** The events of a recorded stream in the resources. */
    static List<Line> recorded(String resource) {
        SseParser parser = new SseParser();
        byte[] bytes = bytes(resource);
        parser.feed(bytes, 0, bytes.length);
        List<Line> lines = new ArrayList<>();
        for (SseEvent event; (event = parser.next()) != null;) {
            lines.add(new Line(event.type(), event.text()));
        }
        return lines;
    }

    private static byte[] bytes(String resource) {
        try (InputStream in = Objects.requireNonNull(WireText.class.getResourceAsStream(resource), resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A tree in which equal numbers are equal, whatever Java type they were made of. */
    static JsonNode json(Object value) {
        return Json.readTree(Json.write(value));
    }

    static JsonNode json(String text) {
        return Json.readTree(text.getBytes(UTF_8));
    }

    static ObjectNode object(String text) {
        return (ObjectNode) json(text);
    }

    static String encoded(RunEvent event) {
        return new String(RunEvents.encode(event), UTF_8);
    }

    static RunEvent decoded(String name, String data) {
        return new Line(name, data).decoded();
    }

    static RunFold fold(List<? extends RunEvent> events) {
        RunFold fold = new RunFold();
        events.forEach(fold::apply);
        return fold;
    }
}
