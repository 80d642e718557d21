package dev.runnel.server.edge.http2;

import dev.runnel.server.edge.HttpResponse;
import dev.runnel.server.edge.http2.hpack.HeaderBlock;
import dev.runnel.server.edge.wire.ResponseStart;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The response of a stream. For one thread. */
final class Http2Response implements HttpResponse {
    private final StreamOutput out;
    private final boolean headOnly;
    private final Supplier<String> date;
    private final BooleanSupplier smallTable;
    private final ResponseStart head = new ResponseStart();

    /**
     * A response.
     *
     * @param headOnly whether the request was a HEAD: then the body is left out
     * @param smallTable tells whether the client limits the table of headers
     */
    Http2Response(StreamOutput out, boolean headOnly, Supplier<String> date, BooleanSupplier smallTable) {
        this.out = out;
        this.headOnly = headOnly;
        this.date = date;
        this.smallTable = smallTable;
    }

    @Override
    public void header(String name, String value) {
        head.set(name, value);
    }

    @Override
    public void beforeBegin(Runnable action) {
        head.beforeBegin(action);
    }

    /** Does nothing: the other requests of the connection go on, and a body that nobody reads ends with its stream. */
    @Override
    public void close() {
        // See above.
    }

    @Override
    public boolean begun() {
        return head.begun();
    }

    @Override
    public int status() {
        return head.status();
    }

    @Override
    public void send(int status, byte[] body) throws IOException {
        head.prepare();
        boolean mayHaveBody = ResponseStart.mayHaveBody(status);
        if (mayHaveBody) {
            header("Content-Length", Integer.toString(body.length));
        }
        out.begin(block(status));
        if (!headOnly && mayHaveBody) {
            out.write(body, 0, body.length, true);
        } else {
            out.close();
        }
    }

    @Override
    public OutputStream stream(int status) throws IOException {
        head.prepare();
        String told = head.get("Content-Length");
        out.begin(block(status));
        if (headOnly) {
            out.leaveOutBody();
        } else if (told != null) {
            out.expect(Long.parseLong(told));
        }
        return out;
    }

    private byte[] block(int status) {
        header("Date", date.get());
        head.begin(status);
        HeaderBlock block = new HeaderBlock(status, smallTable.getAsBoolean());
        head.forEach(block::add);
        return block.bytes();
    }
}
