package dev.runnel.protocol;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of one plain fragment of text: nearly all of a stream's events. It is written from pieces that never change, and read by
 * comparing it with them, in a fifth of the time that a parser needs.
 */
final class PlainTextDelta {
    private static final byte[] BEFORE_ID = ascii("{'id':'");
    private static final byte[] BEFORE_INDEX = ascii("','object':'thread.message.delta','delta':{'content':[{'index':");
    private static final byte[] BEFORE_VALUE = ascii(",'type':'text','text':{'value':'");
    private static final byte[] AFTER_VALUE = ascii("'}}]}}");

    /** No position: the JSON is another. */
    private static final int NOWHERE = -1;

    private static final char REPLACEMENT = '\uFFFD';

    private PlainTextDelta() {}

    private static byte[] ascii(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.US_ASCII);
    }

    /** Without annotations, and without surrogates: a model server may cut a pair in two, and only the generator writes a half. */
    static boolean fits(ContentDelta.Text text) {
        String value = text.value();
        for (int i = 0; i < value.length(); i++) {
            if (Character.isSurrogate(value.charAt(i))) {
                return false;
            }
        }
        return text.annotations() == null;
    }

    /** Writes a text that {@link #fits}. */
    static byte[] encode(String messageId, ContentDelta.Text text) {
        JsonStringEncoder encoder = JsonStringEncoder.getInstance();
        byte[] id = encoder.quoteAsUTF8(messageId);
        byte[] index = Integer.toString(text.index()).getBytes(StandardCharsets.US_ASCII);
        byte[] value = encoder.quoteAsUTF8(text.value());
        int length = BEFORE_ID.length + id.length + BEFORE_INDEX.length + index.length + BEFORE_VALUE.length
                + value.length + AFTER_VALUE.length;
        return ByteBuffer.allocate(length)
                .put(BEFORE_ID)
                .put(id)
                .put(BEFORE_INDEX)
                .put(index)
                .put(BEFORE_VALUE)
                .put(value)
                .put(AFTER_VALUE)
                .array();
    }

    /** Reads a delta with these bytes between its values, and without escapes in them. Null for all other JSON, valid or not. */
    static RunEvent.@Nullable MessageDelta decode(byte[] data) {
        int id = after(BEFORE_ID, data, 0);
        int idEnd = endOfText(data, id);
        int index = after(BEFORE_INDEX, data, idEnd);
        int value = afterDigit(data, index);
        value = after(BEFORE_VALUE, data, value);
        int valueEnd = endOfText(data, value);
        if (after(AFTER_VALUE, data, valueEnd) != data.length) {
            return null;
        }
        String messageId = new String(data, id, idEnd - id, StandardCharsets.UTF_8);
        String text = new String(data, value, valueEnd - value, StandardCharsets.UTF_8);
        boolean exact = messageId.indexOf(REPLACEMENT) < 0 && text.indexOf(REPLACEMENT) < 0; // or the bytes may be no UTF-8
        return exact
                ? new RunEvent.MessageDelta(messageId, List.of(new ContentDelta.Text(data[index] - '0', text, null)))
                : null;
    }

    /** The position after a piece that begins here. */
    private static int after(byte[] piece, byte[] data, int from) {
        int end = from + piece.length;
        boolean there = from >= 0 && end <= data.length && Arrays.equals(piece, 0, piece.length, data, from, end);
        return there ? end : NOWHERE;
    }

    private static int afterDigit(byte[] data, int at) {
        return at >= 0 && at < data.length && data[at] >= '0' && data[at] <= '9' ? at + 1 : NOWHERE;
    }

    /** The position of the quote after a text without escapes. */
    private static int endOfText(byte[] data, int from) {
        if (from < 0) {
            return NOWHERE;
        }
        for (int i = from; i < data.length; i++) {
            byte b = data[i];
            if (b == '"') {
                return i;
            }
            if (b == '\\' || (b >= 0 && b < ' ')) {
                return NOWHERE;
            }
        }
        return NOWHERE;
    }
}
