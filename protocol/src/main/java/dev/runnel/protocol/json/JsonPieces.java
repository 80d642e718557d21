package dev.runnel.protocol.json;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/** Writes JSON from pieces, for the few events that make up nearly all of a stream. Static and without state. */
public final class JsonPieces {
    private static final byte[][] DIGITS = IntStream.range(0, 10).mapToObj(digit -> fixed(Integer.toString(digit)))
            .toArray(byte[][]::new);

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
        return isPlain(text)
                ? text.getBytes(StandardCharsets.ISO_8859_1)
                : JsonStringEncoder.getInstance().quoteAsUTF8(text);
    }

    /** Whether a text is of ASCII alone, none of which has to be escaped, as ids and most fragments are. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    public static byte[] number(long value) {
        return value >= 0 && value < DIGITS.length
                ? DIGITS[(int) value]
                : Long.toString(value).getBytes(StandardCharsets.US_ASCII);
    }

    /** The pieces one after the other. */
    public static byte[] join(byte[]... pieces) {
        int length = 0;
        for (byte[] piece : pieces) {
            length += piece.length;
        }
        byte[] joined = new byte[length];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, joined, at, piece.length);
            at += piece.length;
        }
        return joined;
    }
}
