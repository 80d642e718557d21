package dev.runnel.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The head of a request or of a response: its first line, and its headers by their names in small letters. */
record HttpHead(String line, Map<String, List<String>> headers) {

    /** Reads a head; null if the connection ends instead. */
    static @Nullable HttpHead read(InputStream in) throws IOException {
        String line = line(in);
        if (line == null) {
            return null;
        }
        Map<String, List<String>> headers = new TreeMap<>();
        for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.computeIfAbsent(header.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(header.substring(colon + 1).strip());
        }
        return new HttpHead(line, headers);
    }

    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                return null;
            }
            line.append((char) b);
        }
        return line.toString().stripTrailing();
    }

    String header(String name) {
        return String.join(", ", headers.getOrDefault(name, List.of()));
    }

    HttpHeaders httpHeaders() {
        return HttpHeaders.of(headers, (name, value) -> true);
    }

    /** The body behind this head, with no transfer coding; to be read to its end before the next head. Empty if none is announced. */
    InputStream body(InputStream in) {
        return new Body(in, header("transfer-encoding").equals("chunked"),
                headers.containsKey("content-length") ? Long.parseLong(header("content-length")) : 0);
    }

    private static final class Body extends InputStream {
        private final InputStream in;
        private final boolean chunked;
        private boolean begun;
        private boolean ended;

        /** How many bytes of the body, or of its present chunk, there still are. */
        private long left;

        Body(InputStream in, boolean chunked, long length) {
            this.in = in;
            this.chunked = chunked;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (left == 0 && chunked && !ended) {
                nextChunk();
            }
            if (left == 0) {
                return -1;
            }
            int count = in.read(bytes, from, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("the body broke off");
            }
            left -= count;
            return count;
        }

        private void nextChunk() throws IOException {
            if (begun) {
                requireLine();
            }
            begun = true;
            left = Long.parseLong(requireLine(), 16);
            ended = left == 0;
            while (ended && !requireLine().isEmpty()) {
                // a trailer
            }
        }

        private String requireLine() throws IOException {
            String line = line(in);
            if (line == null) {
                throw new EOFException("the body broke off");
            }
            return line;
        }
    }
}
