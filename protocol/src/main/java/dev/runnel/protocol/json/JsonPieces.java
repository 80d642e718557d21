package dev.runnel.protocol.json;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes JSON from pieces, for the few events that make up nearly all of a stream. Static and without state. */
public final class JsonPieces {
    private JsonPieces() {}

    /** A piece that never changes, written down with single quotes for double ones. */
    public static byte[] fixed(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether {@link #text} writes a text right: a model server may cut a surrogate pair in two, and only the generator writes a half. */
    public static boolean fits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** The inside of a string: a text that {@link #fits}, with its escapes. */
    public static byte[] text(String text) {
        return JsonStringEncoder.getInstance().quoteAsUTF8(text);
    }

    public static byte[] number(long value) {
        return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
    }

    /** The pieces one after the other. */
    public static byte[] join(byte[]... pieces) {
        int length = 0;
        for (byte[] piece : pieces) {
            length += piece.length;
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (byte[] piece : pieces) {
            joined.put(piece);
        }
        return joined.array();
    }
}
