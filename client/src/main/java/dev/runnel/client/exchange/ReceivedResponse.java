package dev.runnel.client.exchange;

import dev.runnel.client.transport.Transport.Response;
import java.util.Optional;

/** A response with its whole body in memory, so that it can be read again. */
public final class ReceivedResponse implements Response {
    private final Response response;
    private final byte[] body;
    private int position;

    public ReceivedResponse(Response response, byte[] body) {
        this.response = response;
        this.body = body;
    }

    @Override
    public int status() {
        return response.status();
    }

    @Override
    public Optional<String> header(String name) {
        return response.header(name);
    }

    @Override
    public int read(byte[] buffer) {
        int n = Math.min(buffer.length, body.length - position);
        System.arraycopy(body, position, buffer, 0, n);
        position += n;
        return n == 0 ? -1 : n;
    }

    @Override
    public void close() {}
}
