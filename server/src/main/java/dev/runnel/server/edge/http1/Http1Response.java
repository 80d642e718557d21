package dev.runnel.server.edge.http1;

import dev.runnel.server.edge.HttpResponse;
import dev.runnel.server.edge.wire.ResponseStart;
import dev.runnel.server.edge.wire.WireOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The response to a request of a connection. For one thread. */
final class Http1Response implements HttpResponse {
    /** A body of more bytes is written after the head. A smaller body is copied behind the head and sent with it. */
    private static final int MAX_TOGETHER = 16 * 1024;

    private final WireOutput out;
    private final boolean headOnly;
    private final boolean http10;
    private final BooleanSupplier mayStay;
    private final Supplier<String> date;
    private final Runnable ending;
    private final ResponseStart head = new ResponseStart();
    private boolean closing;
    private boolean complete;

    /**
     * A response.
     *
     * @param headOnly whether the request was a HEAD: then the body is left out
     * @param http10 whether the client speaks HTTP/1.0 and so knows no chunks
     * @param mayStay tells whether the connection may stay open after the response; asked when the response begins
     * @param ending runs before the response's last bytes are sent, because the client's next request may follow at
     *     once
     */
    Http1Response(
            WireOutput out, boolean headOnly, boolean http10, BooleanSupplier mayStay, Supplier<String> date,
            Runnable ending) {
        this.out = out;
        this.headOnly = headOnly;
        this.http10 = http10;
        this.mayStay = mayStay;
        this.date = date;
        this.ending = ending;
    }

    @Override
    public void header(String name, String value) {
        head.set(name, value);
    }

    @Override
    public void beforeBegin(Runnable action) {
        head.beforeBegin(action);
    }

    @Override
    public void close() {
        closing = true;
    }

    @Override
    public boolean begun() {
        return head.begun();
    }

    @Override
    public int status() {
        return head.status();
    }

    /** Whether the whole response was written. */
    boolean complete() {
        return complete;
    }

    /** Whether the connection is to be closed after the response. */
    boolean closing() {
        return closing;
    }

    @Override
    public void send(int status, byte[] body) throws IOException {
        head.prepare();
        if (ResponseStart.mayHaveBody(status)) {
            header("Content-Length", Integer.toString(body.length));
        }
        byte[] start = start(status);
        ending.run();
        if (headOnly || body.length == 0 || !ResponseStart.mayHaveBody(status)) {
            out.write(start, 0, start.length);
        } else if (body.length <= MAX_TOGETHER) {
            byte[] all = Arrays.copyOf(start, start.length + body.length);
            System.arraycopy(body, 0, all, start.length, body.length);
            out.write(all, 0, all.length);
        } else {
            out.write(start, 0, start.length);
            out.write(body, 0, body.length);
        }
        complete = true;
    }

    @Override
    public OutputStream stream(int status) throws IOException {
        head.prepare();
        String told = head.get("Content-Length");
        if (told != null) {
            return body(start(status), new BodyOutput.Framing.Length(Long.parseLong(told)));
        } else if (http10) {
            closing = true;
            return body(start(status), new BodyOutput.Framing.UntilClose());
        }
        header("Transfer-Encoding", "chunked");
        return body(start(status), new BodyOutput.Framing.Chunked());
    }

    private OutputStream body(byte[] start, BodyOutput.Framing framing) {
        return new BodyOutput(out, start, headOnly ? new BodyOutput.Framing.Nothing() : framing, ending,
                () -> complete = true);
    }

    /** The status line and the headers. */
    private byte[] start(int status) {
        closing |= !mayStay.getAsBoolean();
        header("Date", date.get());
        if (closing || http10) {
            header("Connection", closing ? "close" : "keep-alive");
        }
        head.begin(status);
        StringBuilder text = new StringBuilder(512).append("HTTP/1.1 ").append(status).append(' ')
                .append(Reason.of(status)).append("\r\n");
        head.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        return text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }
}
