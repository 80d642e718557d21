package dev.runnel.server.http;

import dev.runnel.protocol.ApiError;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * A request's body, too large for memory, read as it comes and up to a limit. For one thread.
 */
final class BodyStream extends InputStream {
    private static final System.Logger LOG = System.getLogger(BodyStream.class.getName());

    /** How much, and how long, a client that was refused may go on sending: most look for an answer only then. */
    private static final long LINGER_BYTES = 64 * 1024 * 1024;

    private static final long LINGER_NANOS = 5_000_000_000L;

    private final ServerRequest request;
    private final long limit;
    private @Nullable InputStream in;
    private long read;
    private boolean ended;

    BodyStream(ServerRequest request, long limit) {
        this.request = request;
        this.limit = limit;
        this.ended = !request.content().hasEntity();
    }

    /** How many bytes the client says there are, or more if more were read. */
    long size() {
        return Math.max(read, request.headers().contentLength().orElse(0));
    }

    /** Whether the body is, or says that it will be, above the limit. */
    boolean tooLarge() {
        return size() > limit;
    }

    /** Whether all of it was read. */
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
        return next(target, from, length);
    }

    private int next(byte[] target, int from, int length) throws IOException {
        if (in == null) {
            in = ended ? nullInputStream() : request.content().inputStream();
        }
        int count;
        try {
            count = in.read(target, from, length);
        } catch (RuntimeException e) {
            throw new IOException("the body broke off", e); // Helidon has several that say so
        }
        ended |= count < 0;
        read += Math.max(0, count);
        return count;
    }

    /** The answer to what is too large. */
    static BadRequestException tooLarge(long limit, long size) {
        return new BadRequestException(
                413,
                new ApiError(
                        "Maximum content size limit (" + limit + ") exceeded (" + size + " bytes read)",
                        "server_error",
                        null,
                        null));
    }

    /**
     * Reads on for a while and forgets what comes, after an answer that did not wait for the body's end: if the connection were
     * closed at once, a client that is still sending would see it break, and not the answer.
     */
    void linger() {
        if (in == null && request.headers().contains(HeaderNames.EXPECT)) {
            return; // it waits for leave to send, and does not get it
        }
        byte[] rest = new byte[64 * 1024];
        long end = System.nanoTime() + LINGER_NANOS;
        try {
            for (long left = LINGER_BYTES; left > 0 && System.nanoTime() < end;) {
                int count = next(rest, 0, rest.length);
                if (count < 0) {
                    return;
                }
                left -= count;
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a refused client hung up", e);
        }
    }
}
