package dev.runnel.server.http.files;

import dev.runnel.server.edge.HttpRequest;
import java.io.IOException;
import java.io.InputStream;

/** A request's body that is too large for memory. It is read as it comes, up to a limit. For one thread. */
final class LimitedBody extends InputStream {
    private final InputStream in;
    private final long announced;
    private final long limit;
    private long read;
    private boolean ended;

    LimitedBody(HttpRequest request, long limit) {
        this.in = request.body();
        this.announced = request.contentLength().orElse(0);
        this.limit = limit;
        this.ended = !request.hasBody();
    }

    /** The body's announced length in bytes, or the bytes read if they are more. */
    long size() {
        return Math.max(read, announced);
    }

    /** Whether the body's announced length or the bytes read are above the limit. */
    boolean tooLarge() {
        return size() > limit;
    }

    /** Whether the whole body was read. */
    boolean ended() {
        return ended;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        if (tooLarge()) {
            throw new IOException("the body is too large");
        }
        int count = in.read(target, from, length);
        ended |= count < 0;
        read += Math.max(0, count);
        return count;
    }
}
