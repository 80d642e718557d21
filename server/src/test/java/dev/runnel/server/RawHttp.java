package dev.runnel.server;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HTTP exchanges over a plain socket, one after the other, to see the very bytes. */
final class RawHttp implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: (\\d+)\r\n");

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

    /** One answer, to its end or to that of the connection. */
    Raw readToEnd() throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        copyThrough(in, bytes, "\r\n\r\n");
        String head = bytes.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        Matcher length = LENGTH.matcher(head);
        if (length.find()) {
            bytes.write(in.readNBytes(Integer.parseInt(length.group(1))));
        } else if (head.contains("\r\ntransfer-encoding: chunked\r\n")) {
            int size;
            do {
                String line = copyThrough(in, bytes, "\r\n");
                size = Integer.parseInt(line.strip(), 16);
                bytes.write(in.readNBytes(size + 2));
            } while (size > 0);
        } else {
            bytes.write(in.readAllBytes());
        }
        return parse(bytes.toByteArray());
    }

    private static String copyThrough(InputStream in, ByteArrayOutputStream bytes, String end) throws IOException {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(end, seen.length() - end.length()) < 0) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the connection was closed within an answer, after: " + seen);
            }
            bytes.write(b);
            seen.append((char) b);
        }
        return seen.toString();
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
