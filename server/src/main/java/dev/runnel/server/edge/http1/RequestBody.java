package dev.runnel.server.edge.http1;

import dev.runnel.server.edge.HttpException;
import dev.runnel.server.edge.wire.BodyInput;
import dev.runnel.server.edge.wire.RequestHead;
import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request's body, read as it comes. It has an announced length or comes in chunks, and no chunk is buffered. For one
 * thread.
 */
final class RequestBody extends BodyInput {
    private static final int MAX_CHUNK_LINE = 4 * 1024;
    private static final int MAX_TRAILERS = 16 * 1024;

    /** The most bytes of chunk extensions in one body. Nobody needs more, and no other limit counts these bytes. */
    private static final long MAX_EXTENSIONS = 64 * 1024;

    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,15})(?:[ \\t]*;.*)?");

    private final ConnectionInput in;
    private final Gate gate;
    private final OptionalLong length;
    private final boolean chunked;

    /** The unread bytes of the body if its length is announced, else of the present chunk. */
    private long left;
    private long read;
    private long extensions;
    private boolean begun;
    private boolean betweenChunks;
    private boolean ended;

    /** Called around each read. */
    interface Gate {
        /** The body is about to be read for the first time. */
        void begin() throws IOException;

        /** A wait for more bytes begins, after this many were read. */
        void waitFor(long read);

        /** The wait is over: bytes came, or the input ended or failed. */
        void came() throws IOException;
    }

    private RequestBody(ConnectionInput in, Gate gate, OptionalLong length, boolean chunked) {
        this.in = in;
        this.gate = gate;
        this.length = length;
        this.chunked = chunked;
        this.left = length.orElse(0);
        this.ended = !chunked && left == 0;
    }

    /**
     * The body of a request, as the head frames it.
     *
     * @throws HttpException if the framing is ambiguous
     */
    static RequestBody of(RequestHead head, ConnectionInput in, Gate gate) throws HttpException {
        var lengths = head.all("content-length");
        var codings = head.all("transfer-encoding");
        if (!codings.isEmpty()) {
            if (!lengths.isEmpty()) {
                throw new HttpException(400, "a request must not have both Transfer-Encoding and Content-Length");
            } else if (head.http10()) {
                throw new HttpException(400, "HTTP/1.0 has no Transfer-Encoding");
            } else if (codings.size() > 1 || !codings.getFirst().matches("(?i)chunked")) { // of ASCII letters only
                throw new HttpException(
                        codings.getFirst().toLowerCase(Locale.ROOT).endsWith("chunked") ? 501 : 400,
                        "the only supported Transfer-Encoding is 'chunked'");
            }
            return new RequestBody(in, gate, OptionalLong.empty(), true);
        }
        if (lengths.isEmpty()) {
            return new RequestBody(in, gate, OptionalLong.empty(), false);
        }
        String told = lengths.getFirst();
        if (lengths.size() > 1 || !LENGTH.matcher(told).matches()) {
            throw new HttpException(400, "a request must have one Content-Length, a number of at most 18 digits");
        }
        return new RequestBody(in, gate, OptionalLong.of(Long.parseLong(told)), false);
    }

    @Override
    public OptionalLong length() {
        return length;
    }

    @Override
    public boolean exists() {
        return chunked || length.isPresent();
    }

    @Override
    public boolean ended() {
        return ended;
    }

    boolean begun() {
        return begun;
    }

    /** Whether the body is known to end within this many bytes. */
    boolean endsWithin(long bytes) {
        return ended || (!chunked && left <= bytes);
    }

    @Override
    public int read(byte[] target, int from, int count) throws IOException {
        Objects.checkFromIndexSize(from, count, target.length);
        if (ended || count == 0) {
            return ended ? -1 : 0;
        }
        if (!begun) {
            begun = true;
            gate.begin();
        }
        gate.waitFor(read);
        int got;
        try {
            if (chunked && left == 0 && !nextChunk()) {
                ended = true;
                return -1;
            }
            got = in.read(target, from, (int) Math.min(count, left));
        } catch (IOException e) {
            gate.came(); // throws a clearer exception if the wait was too long
            throw e;
        }
        gate.came();
        if (got < 0) {
            throw new EOFException("the body broke off after " + read + " bytes");
        }
        left -= got;
        read += got;
        ended = !chunked && left == 0;
        return got;
    }

    /** Reads a chunk's first line; false if that was the last chunk. */
    private boolean nextChunk() throws IOException {
        if (betweenChunks && !HeadParser.required(in.line(0, 400)).isEmpty()) {
            throw new HttpException(400, "a chunk must end with CR LF");
        }
        betweenChunks = true;
        String line = HeadParser.required(in.line(MAX_CHUNK_LINE, 400));
        Matcher chunk = CHUNK.matcher(line);
        if (!chunk.matches()) {
            throw new HttpException(400, "a chunk must begin with its size, a hexadecimal number of at most 15 digits");
        }
        String size = chunk.group(1);
        extensions += line.length() - size.length();
        if (extensions > MAX_EXTENSIONS) {
            throw new HttpException(400, "the chunks' extensions are longer than " + MAX_EXTENSIONS + " bytes");
        }
        left = Long.parseLong(size, 16);
        if (left > 0) {
            return true;
        }
        skipTrailers();
        return false;
    }

    private void skipTrailers() throws IOException {
        String trailer = HeadParser.required(in.line(MAX_TRAILERS, 431));
        for (int size = trailer.length(); !trailer.isEmpty(); size += trailer.length()) {
            if (size > MAX_TRAILERS) {
                throw new HttpException(431, "the trailers are longer than " + MAX_TRAILERS + " bytes");
            }
            trailer = HeadParser.required(in.line(MAX_TRAILERS, 431));
        }
    }
}
