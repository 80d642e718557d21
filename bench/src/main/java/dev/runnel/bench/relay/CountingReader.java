package dev.runnel.bench.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Reads streams of runs as fast as they come and looks at nothing but their numbers, which have to be 1 and one more each, and their
 * end. Used by one thread.
 */
final class CountingReader {
    private static final byte[] ID = "id: ".getBytes(US_ASCII);
    private static final byte[] DONE = "data: [DONE]".getBytes(US_ASCII);

    private final InetSocketAddress server;
    private final ByteBuffer request;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    private long bytes;

    /**
     * @param server its URL, without {@code /v1}
     * @param path   of the stream, with it
     */
    CountingReader(URI server, String path) {
        this.server = new InetSocketAddress(server.getHost(), server.getPort());
        this.request = ByteBuffer.wrap(("GET " + path + " HTTP/1.1\r\nHost: " + server.getAuthority()
                + "\r\nAccept: text/event-stream\r\n\r\n").getBytes(US_ASCII));
    }

    /** Reads the stream from its beginning to its end; answers how many events it had. */
    long read() throws IOException {
        var events = new Events();
        var response = new ResponseReader(events::line);
        try (var channel = SocketChannel.open(server)) {
            channel.write(request.rewind());
            for (int count; (count = channel.read(buffer.clear())) >= 0;) {
                bytes += count;
                response.accept(buffer.flip());
            }
        }
        if (!events.done || events.wrong != null) {
            throw new IOException("status %d, %d events, %s".formatted(response.status(), events.last,
                    events.wrong == null ? "no end" : events.wrong));
        }
        return events.last;
    }

    /** That were read so far, with all that is around the events. */
    long bytes() {
        return bytes;
    }

    private static final class Events {
        private long last;
        private boolean done;
        private @Nullable String wrong;

        private void line(LineBuffer line) {
            if (line.matches(ID, 0)) {
                long number = 0;
                for (int i = ID.length; i < line.length(); i++) {
                    number = number * 10 + line.at(i) - '0';
                }
                if (number != last + 1 && wrong == null) {
                    wrong = number + " came after " + last;
                }
                last = number;
            } else if (line.matches(DONE, 0)) {
                done = true;
            }
        }
    }
}
