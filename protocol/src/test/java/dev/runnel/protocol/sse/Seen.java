package dev.runnel.protocol.sse;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/** An event as a test compares it; and the parser as a test feeds it. */
record Seen(String type, String data, @Nullable String id) {

    private static Seen of(SseEvent event) {
        return new Seen(event.type(), event.text(), event.id());
    }

    static List<Seen> parse(String stream) {
        return parse(stream.getBytes(UTF_8), List.of());
    }

    static List<Seen> parse(byte[] stream, List<Integer> cuts) {
        return parse(new SseParser(), stream, cuts);
    }

    /** @param cuts where the stream is cut into pieces: ascending positions in it */
    static List<Seen> parse(SseParser parser, byte[] stream, List<Integer> cuts) {
        List<Seen> events = new ArrayList<>();
        int from = 0;
        for (int cut : cuts) {
            feed(parser, stream, from, cut, events);
            from = cut;
        }
        feed(parser, stream, from, stream.length, events);
        SseEvent last = parser.finish();
        if (last != null) {
            events.add(of(last));
        }
        return events;
    }

    /** Feeds a copy that is spoilt afterwards, as a reader's buffer is when the next bytes come. */
    private static void feed(SseParser parser, byte[] stream, int from, int to, List<Seen> into) {
        byte[] buffer = new byte[to - from + 2];
        System.arraycopy(stream, from, buffer, 1, to - from);
        parser.feed(buffer, 1, to - from);
        for (SseEvent event; (event = parser.next()) != null;) {
            into.add(of(event));
        }
        java.util.Arrays.fill(buffer, (byte) '\n');
    }
}
