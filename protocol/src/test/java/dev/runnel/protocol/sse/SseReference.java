package dev.runnel.protocol.sse;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The standard's text (WHATWG HTML 9.2.6) as plainly as it can be written, for the parser to be compared with. Bytes are held
 * as ISO 8859-1 characters, one each, so that nothing is lost to decoding. It differs from the standard at one place, as the
 * parser's finish() does: an event that lacks its blank line at the end of the stream is dispatched, not discarded.
 */
final class SseReference {
    private final List<Seen> events = new ArrayList<>();
    private String data = "";
    private String type = "";
    private @Nullable String lastEventId;

    private SseReference() {}

    static List<Seen> parse(byte[] stream) {
        String text = new String(stream, ISO_8859_1);
        String unmarked = text.startsWith("\u00EF\u00BB\u00BF") ? text.substring(3) : text;
        SseReference reference = new SseReference();
        for (String line : unmarked.split("\r\n|\n|\r", -1)) {
            reference.line(line);
        }
        reference.dispatch();
        return reference.events;
    }

    private void line(String line) {
        int colon = line.indexOf(':');
        if (line.isEmpty()) {
            dispatch();
        } else if (colon > 0) {
            String value = line.substring(colon + 1);
            field(line.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
        } else if (colon < 0) {
            field(line, "");
        }
    }

    private void field(String name, String value) {
        switch (name) {
            case "event" -> type = value;
            case "data" -> data += value + "\n";
            case "id" -> lastEventId = value.contains("\0") ? lastEventId : decoded(value);
            default -> {
                // ignored, as retry is here
            }
        }
    }

    private void dispatch() {
        if (!data.isEmpty()) {
            String withoutLastLineFeed = data.substring(0, data.length() - 1);
            events.add(new Seen(type.isEmpty() ? "message" : decoded(type), decoded(withoutLastLineFeed), lastEventId));
        }
        data = "";
        type = "";
    }

    private static String decoded(String bytes) {
        return new String(bytes.getBytes(ISO_8859_1), UTF_8);
    }
}
