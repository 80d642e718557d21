package dev.runnel.protocol.chat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes apart what a server has put into one event: servers that leave out the blank line between two events, or that send one
 * chunk a line without being an event stream, have their chunks one behind the other.
 */
public final class JoinedChunks {
    private JoinedChunks() {}

    /** Whether data may be several chunks: a quick look that is often wrong, never the other way. */
    public static boolean likely(byte[] data) {
        byte before = 0;
        for (byte b : data) {
            if (b == '\n' || (b == '{' && before == '}')) {
                return true;
            }
            before = b;
        }
        return false;
    }

    /**
     * The JSON objects in the data, and the text after them, such as an end mark. What is between two objects, blanks and commas,
     * is left out. Data that is one object, or none, is returned as it is.
     */
    public static List<byte[]> split(byte[] data) {
        List<byte[]> parts = new ArrayList<>(1);
        for (int at = next(data, 0); at < data.length;) {
            int end = data[at] == '{' ? endOfObject(data, at) : data.length;
            parts.add(Arrays.copyOfRange(data, at, end));
            at = next(data, end);
        }
        return parts.size() > 1 ? parts : List.of(data);
    }

    /** Where the next part begins, if there is one. */
    private static int next(byte[] data, int from) {
        int at = from;
        while (at < data.length && data[at] >= 0 && (data[at] <= ' ' || data[at] == ',')) {
            at++;
        }
        return at;
    }

    /** Behind the brace that closes an object; the end of the data if none does. */
    private static int endOfObject(byte[] data, int from) {
        int depth = 0;
        boolean quoted = false;
        for (int i = from; i < data.length; i++) {
            switch (data[i]) {
                case '\\' -> i += quoted ? 1 : 0;
                case '"' -> quoted = !quoted;
                case '{' -> depth += quoted ? 0 : 1;
                case '}' -> depth -= quoted ? 0 : 1;
                default -> {
                }
            }
            if (depth == 0) {
                return i + 1;
            }
        }
        return data.length;
    }
}
