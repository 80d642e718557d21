package dev.runnel.client.exchange;

import dev.runnel.client.transport.Transport;
import java.io.IOException;
import java.io.InputStream;

/** A response's body as an input stream. Read by one thread; closed by any. */
public final class BodyStream extends InputStream {
    private final Transport.Response response;
    private final byte[] buffer = new byte[16 * 1024];
    private int position;
    private int limit;

    public BodyStream(Transport.Response response) {
        this.response = response;
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer[position++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int n = Math.min(length, limit - position);
        System.arraycopy(buffer, position, target, offset, n);
        position += n;
        return n;
    }

    private boolean fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = 0; // if the read fails, no byte comes twice
            limit = Math.max(response.read(buffer), 0);
        }
        return position < limit;
    }

    @Override
    public void close() {
        response.close();
    }
}
