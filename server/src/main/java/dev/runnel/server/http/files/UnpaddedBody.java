package dev.runnel.server.http.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A multipart body without the blanks and tabs that may follow a boundary on its line, which RFC 2046 allows and the
 * library does not. Reads no further than it is read. For one thread.
 */
final class UnpaddedBody extends InputStream {
    private static final int LINE_END = 2;

    private final InputStream in;
    private final byte[] delimiter;

    /** How many bytes of the delimiter the latest bytes are. A line end is taken to come before the body. */
    private int matched = LINE_END;

    UnpaddedBody(InputStream in, byte[] boundary) {
        this.in = in;
        byte[] dashes = "\r\n--".getBytes(StandardCharsets.ISO_8859_1);
        this.delimiter = new byte[dashes.length + boundary.length];
        System.arraycopy(dashes, 0, delimiter, 0, dashes.length);
        System.arraycopy(boundary, 0, delimiter, dashes.length, boundary.length);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        int kept = 0;
        int count = length;
        while (kept == 0 && count > 0) {
            count = in.read(target, from, length);
            for (int i = 0; i < count; i++) {
                byte b = target[from + i];
                if (!isPadding(b)) {
                    target[from + kept] = b;
                    kept++;
                }
            }
        }
        return kept > 0 ? kept : count;
    }

    private boolean isPadding(byte b) {
        boolean after = matched == delimiter.length;
        if (after && (b == ' ' || b == '\t')) {
            return true;
        }
        if (!after && b == delimiter[matched]) {
            matched++;
        } else {
            matched = b == '\r' ? 1 : 0; // a boundary has no line ends, so that no other beginning can match
        }
        return false;
    }
}
