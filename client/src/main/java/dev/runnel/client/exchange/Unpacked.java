package dev.runnel.client.exchange;

import dev.runnel.client.transport.Transport.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A response that the server compressed although the request did not ask for it, unpacked as it arrives. The reader limits the
 * size of the unpacked body.
 */
public final class Unpacked implements Response {
    private static final Set<String> KNOWN = Set.of("gzip", "x-gzip", "deflate");
    private static final int ZLIB_METHOD = 8;
    private static final int ZLIB_CHECK = 31;

    private final Response packed;
    private final String coding;

    /** Null until the first read. */
    private @Nullable InputStream content;

    private Unpacked(Response packed, String coding) {
        this.packed = packed;
        this.coding = coding;
    }

    /** The response, unpacked if it is compressed in a known way. */
    public static Response of(Response response) {
        List<String> codings = Answers.codings(response);
        return codings.size() == 1 && KNOWN.contains(codings.get(0))
                ? new Unpacked(response, codings.get(0))
                : response;
    }

    @Override
    public int status() {
        return packed.status();
    }

    @Override
    public Optional<String> header(String name) {
        boolean ofPacked = name.equalsIgnoreCase("content-encoding") || name.equalsIgnoreCase("content-length");
        return ofPacked ? Optional.empty() : packed.header(name);
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        InputStream in = content;
        if (in == null) {
            in = open();
            content = in;
        }
        int n = in.read(buffer, 0, buffer.length);
        if (n < 0) {
            in.close(); // frees the inflater; if a reader leaves before the end, the garbage collector does
        }
        return n;
    }

    /** By the first bytes of the body: some servers name a coding and do not use it, and deflate has two meanings. */
    private InputStream open() throws IOException {
        PushbackInputStream in = new PushbackInputStream(new BodyStream(packed), 2);
        int first = in.read();
        int second = first < 0 ? -1 : in.read();
        if (second >= 0) {
            in.unread(second);
        }
        if (first >= 0) {
            in.unread(first);
        }
        if (first == 0x1F && second == 0x8B) {
            return new GZIPInputStream(in);
        }
        boolean zlib = (first & 0xF) == ZLIB_METHOD && ((first << 8) | second) % ZLIB_CHECK == 0;
        if (!coding.equals("deflate") || first < 0 || first == '{' || first == 'd' || first == ':') {
            return in;
        }
        return new InflaterInputStream(in, new Inflater(!zlib));
    }

    @Override
    public void close() {
        packed.close();
    }
}
