package dev.runnel.server.http1;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The response to a request of a connection. For one thread. */
final class Http1Response implements HttpResponse {
    /** A body of more bytes is written after the head. A smaller body is copied behind the head and sent with it. */
    private static final int MAX_TOGETHER = 16 * 1024;

    private final ConnectionOutput out;
    private final boolean head;
    private final boolean http10;
    private final BooleanSupplier mayStay;
    private final Supplier<String> date;
    private final Runnable ending;
    private final List<String> headers = new ArrayList<>();
    private final List<Runnable> beforeBegin = new ArrayList<>();
    private boolean closing;
    private int status;
    private boolean complete;

    /**
     * A response.
     *
     * @param head whether the request was a HEAD: then the body is left out
     * @param http10 whether the client speaks HTTP/1.0 and so knows no chunks
     * @param mayStay tells whether the connection may stay open after the response; asked when the response begins
     * @param ending runs before the response's last bytes are sent, because the client's next request may follow at
     *     once
     */
    Http1Response(
            ConnectionOutput out, boolean head, boolean http10, BooleanSupplier mayStay, Supplier<String> date,
            Runnable ending) {
        this.out = out;
        this.head = head;
        this.http10 = http10;
        this.mayStay = mayStay;
        this.date = date;
        this.ending = ending;
    }

    @Override
    public void header(String name, String value) {
        if (begun()) {
            throw new IllegalStateException("the response was begun");
        }
        for (int i = 0; i < headers.size(); i += 2) {
            if (headers.get(i).equalsIgnoreCase(name)) {
                headers.set(i + 1, value);
                return;
            }
        }
        headers.add(name);
        headers.add(value);
    }

    @Override
    public void beforeBegin(Runnable action) {
        beforeBegin.add(action);
    }

    @Override
    public void close() {
        closing = true;
    }

    @Override
    public boolean begun() {
        return status != 0;
    }

    @Override
    public int status() {
        return status;
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
        beforeBegin.forEach(Runnable::run);
        if (mayHaveBody(status)) {
            header("Content-Length", Integer.toString(body.length));
        }
        byte[] start = start(status);
        ending.run();
        if (head || body.length == 0 || !mayHaveBody(status)) {
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

    private static boolean mayHaveBody(int status) {
        return status >= 200 && status != 204 && status != 304;
    }

    @Override
    public OutputStream stream(int status) throws IOException {
        beforeBegin.forEach(Runnable::run);
        String told = headerValue("Content-Length");
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
        return new BodyOutput(out, start, head ? new BodyOutput.Framing.Nothing() : framing, ending,
                () -> complete = true);
    }

    private @Nullable String headerValue(String name) {
        for (int i = 0; i < headers.size(); i += 2) {
            if (headers.get(i).equalsIgnoreCase(name)) {
                return headers.get(i + 1);
            }
        }
        return null;
    }

    /** The status line and the headers. */
    private byte[] start(int status) {
        closing |= !mayStay.getAsBoolean();
        header("Date", date.get());
        if (closing || http10) {
            header("Connection", closing ? "close" : "keep-alive");
        }
        this.status = status;
        StringBuilder text = new StringBuilder(512).append("HTTP/1.1 ").append(status).append(' ')
                .append(Reason.of(status)).append("\r\n");
        for (int i = 0; i < headers.size(); i += 2) {
            text.append(headers.get(i)).append(": ").append(oneLine(headers.get(i + 1))).append("\r\n");
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Replaces control characters in a header's value, so that the value cannot end the header. */
    private static String oneLine(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < ' ' || value.charAt(i) == 0x7f) {
                return value.replaceAll("[\\x00-\\x1f\\x7f]", " ");
            }
        }
        return value;
    }
}
