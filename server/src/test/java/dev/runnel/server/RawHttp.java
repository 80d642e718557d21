package dev.runnel.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** HTTP exchanges over a plain socket, to see the very bytes. */
final class RawHttp implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;

    RawHttp(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** An answer's head and the body behind it, with no transfer coding. */
    record Raw(String statusLine, Map<String, String> headers, String body) {}

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    void post(String path, String json) throws IOException {
        int length = json.getBytes(StandardCharsets.UTF_8).length;
        send("POST /v1" + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + length
                + "\r\n\r\n" + json);
    }

    /** A whole answer, whose end its framing tells. */
    Raw readToEnd() throws IOException {
        String head = readUntil("\r\n\r\n");
        String lower = head.toLowerCase(Locale.ROOT);
        if (lower.contains("\r\ntransfer-encoding: chunked\r\n")) {
            return parse((head + readUntil("\r\n0\r\n\r\n")).getBytes(StandardCharsets.ISO_8859_1));
        }
        int length = lower.indexOf("\r\ncontent-length: ");
        if (length < 0) {
            return parse(head.getBytes(StandardCharsets.ISO_8859_1));
        }
        byte[] body = socket.getInputStream().readNBytes(
                Integer.parseInt(lower.substring(length + 18, lower.indexOf("\r\n", length + 2)).strip()));
        return parse((head + new String(body, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Whether the server closes the connection before it sends anything more. */
    boolean isClosed() throws IOException {
        return socket.getInputStream().read() < 0;
    }

    /** As {@link #readToEnd}. */
    Answer answer() throws IOException {
        return answer(readToEnd());
    }

    private static Answer answer(Raw raw) {
        Map<String, List<String>> headers = new TreeMap<>();
        raw.headers().forEach((name, value) -> headers.put(name, List.of(value)));
        return new Answer(
                Integer.parseInt(raw.statusLine(), 9, 12, 10), HttpHeaders.of(headers, (name, value) -> true),
                raw.body());
    }

    /** The next bytes, up to and with this text. */
    String readUntil(String text) throws IOException {
        StringBuilder seen = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (seen.indexOf(text) < 0) {
            int b = in.read();
            if (b < 0) {
                throw new AssertionError("the connection was closed after: " + seen);
            }
            seen.append((char) b);
        }
        return seen.toString();
    }

    static Raw parse(byte[] bytes) {
        String latin = new String(bytes, StandardCharsets.ISO_8859_1);
        int headEnd = latin.indexOf("\r\n\r\n");
        String[] head = latin.substring(0, headEnd).split("\r\n", -1);
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; i < head.length; i++) {
            int colon = head[i].indexOf(':');
            headers.put(head[i].substring(0, colon).toLowerCase(Locale.ROOT), head[i].substring(colon + 1).strip());
        }
        byte[] body = latin.substring(headEnd + 4).getBytes(StandardCharsets.ISO_8859_1);
        byte[] plain = "chunked".equals(headers.get("transfer-encoding")) ? dechunk(body) : body;
        return new Raw(head[0], headers, new String(plain, StandardCharsets.UTF_8));
    }

    private static byte[] dechunk(byte[] body) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        int at = 0;
        while (true) {
            int lineEnd = at;
            while (body[lineEnd] != '\r') {
                lineEnd++;
            }
            int size = Integer.parseInt(new String(body, at, lineEnd - at, StandardCharsets.US_ASCII), 16);
            if (size == 0) {
                return plain.toByteArray();
            }
            plain.write(body, lineEnd + 2, size);
            at = lineEnd + 2 + size + 2;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
