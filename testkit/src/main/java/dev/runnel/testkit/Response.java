package dev.runnel.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Writes one HTTP response, as a script has set it up. Used by one thread; whoever wants to end it from outside
 * interrupts that thread or closes the socket.
 */
final class Response {
    private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");

    private final Socket socket;
    private final OutputStream out;
    private final RecordedRequest request;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final ChatWriter chat;

    // Set before the first step.
    private int status = 200;
    private boolean headHeldBack;
    private boolean closeDelimited;
    private boolean keptOpen;
    private boolean buffered;
    private int pieceBytes = Integer.MAX_VALUE;
    private String lineEnd = "\n";

    private boolean headWritten;

    Response(Socket socket, RecordedRequest request) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.request = request;
        this.chat = new ChatWriter(this, request);
    }

    void status(int code) {
        status = code;
    }

    void header(String name, String value) {
        headers.put(name, value);
    }

    void eventStream() {
        header("content-type", "text/event-stream; charset=utf-8");
        header("cache-control", "no-cache");
    }

    /** An event stream if the request asks for one; if not, chat steps are gathered into one JSON document. */
    void chatReply() {
        buffered = !request.wantsStream();
        if (buffered) {
            header("content-type", "application/json");
        } else {
            eventStream();
        }
    }

    void holdHeadBack() {
        headHeldBack = true;
    }

    void closeDelimited() {
        closeDelimited = true;
    }

    void keepOpen() {
        keptOpen = true;
    }

    void pieces(int bytes) {
        pieceBytes = bytes;
    }

    void crlf() {
        lineEnd = "\r\n";
    }

    ChatWriter chat() {
        return chat;
    }

    /**
     * Whether chat steps are gathered for one JSON document; steps that make sense in a stream only are then left
     * out.
     */
    boolean buffered() {
        return buffered;
    }

    void begin() throws IOException {
        if (!headHeldBack && !buffered) {
            writeHead();
        }
    }

    void event(@Nullable String name, String data) throws IOException {
        var text = new StringBuilder();
        if (name != null) {
            text.append("event: ").append(name).append(lineEnd);
        }
        text.append("data: ").append(data.replace("\n", lineEnd + "data: ")).append(lineEnd).append(lineEnd);
        streamOnly(text.toString().getBytes(UTF_8));
    }

    void comment(String text) throws IOException {
        streamOnly((": " + text + lineEnd + lineEnd).getBytes(UTF_8));
    }

    void streamOnly(byte[] bytes) throws IOException {
        if (!buffered) {
            write(bytes);
        }
    }

    private void write(byte[] body) throws IOException {
        writeHead();
        for (int from = 0; from < body.length;) {
            int to = (int) Math.min(body.length, (long) from + pieceBytes);
            out.write(framed(Arrays.copyOfRange(body, from, to)));
            from = to;
        }
    }

    private byte[] framed(byte[] piece) {
        if (!chunked()) {
            return piece;
        }
        var chunk = new ByteArrayOutputStream(piece.length + 16);
        chunk.writeBytes(ascii(Integer.toHexString(piece.length) + "\r\n"));
        chunk.writeBytes(piece);
        chunk.writeBytes(ascii("\r\n"));
        return chunk.toByteArray();
    }

    private boolean chunked() {
        return !closeDelimited && !headers.containsKey("content-length");
    }

    private void writeHead() throws IOException {
        if (headWritten) {
            return;
        }
        headWritten = true;
        if (chunked()) {
            header("transfer-encoding", "chunked");
        }
        if (closesAfterwards()) {
            header("connection", "close");
        }
        var head = new StringBuilder("HTTP/1.1 " + status + " Scripted\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        out.write(ascii(head.append("\r\n").toString()));
    }

    private boolean closesAfterwards() {
        return closeDelimited || "close".equalsIgnoreCase(request.headers().get("connection"));
    }

    /** Ends the response after the last step, unless a step has ended the connection. */
    void finish() throws IOException, InterruptedException {
        if (socket.isClosed()) {
            return;
        }
        if (buffered) {
            var document = chat.completion();
            header("content-length", String.valueOf(document.length));
            write(document);
        }
        writeHead();
        if (keptOpen) {
            stall();
        }
        request.scriptEnded();
        if (chunked()) {
            out.write(LAST_CHUNK);
        }
        if (closesAfterwards()) {
            socket.close();
        }
    }

    void pause(Duration duration) throws InterruptedException {
        Thread.sleep(duration.toMillis(), duration.toNanosPart() % 1_000_000);
    }

    /** Returns by interruption only. */
    void stall() throws InterruptedException {
        Thread.sleep(Long.MAX_VALUE);
    }

    void close() throws IOException {
        request.scriptEnded();
        socket.close();
    }

    void reset() throws IOException {
        request.scriptEnded();
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
