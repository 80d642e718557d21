package dev.runnel.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Reads HTTP/1.1 requests off one connection. For well-meaning peers: there are no limits. Used by one thread. */
final class RequestReader {
    private final InputStream in;
    private final OutputStream out;

    /** @param out where a peer that asks for it is told to go on and send its body */
    RequestReader(InputStream in, OutputStream out) {
        this.in = new BufferedInputStream(in);
        this.out = out;
    }

    /** The next request, or null at the end of the connection. */
    @Nullable
    RecordedRequest next() throws IOException {
        var requestLine = line();
        if (requestLine == null) {
            return null;
        }
        var words = requestLine.split(" ", -1);
        if (words.length != 3) {
            throw new IOException("not an HTTP request line: " + requestLine);
        }
        var headers = headers();
        if ("100-continue".equalsIgnoreCase(headers.get("expect"))) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
        }
        return new RecordedRequest(words[0], words[1], headers, body(headers));
    }

    private Map<String, String> headers() throws IOException {
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        for (var line = requiredLine(); !line.isEmpty(); line = requiredLine()) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                throw new IOException("not a header: " + line);
            }
            headers.merge(line.substring(0, colon), line.substring(colon + 1).strip(), (a, b) -> a + ", " + b);
        }
        return headers;
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            return chunks();
        }
        return bytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    }

    private byte[] chunks() throws IOException {
        var body = new ByteArrayOutputStream();
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            body.write(bytes(size));
            requiredLine();
        }
        headers();
        return body.toByteArray();
    }

    private int chunkSize() throws IOException {
        return Integer.parseInt(requiredLine().split(";", -1)[0].strip(), 16);
    }

    private byte[] bytes(int count) throws IOException {
        var bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the request ended early");
        }
        return bytes;
    }

    private String requiredLine() throws IOException {
        var line = line();
        if (line == null) {
            throw new EOFException("the request ended early");
        }
        return line;
    }

    private @Nullable String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return null;
            }
            line.write(next);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }
}
