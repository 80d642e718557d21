package dev.runnel.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * One round of load. Reads all streams with the calling thread, so that no scheduling but the server's own comes
 * between a token and its time stamp. For one use by one thread.
 */
final class LoadClient implements AutoCloseable {
    private final LoadOptions options;
    private final byte[] request;
    private final Selector selector = Selector.open();
    private final Queue<SocketChannel> waiting = new ArrayDeque<>();
    private final List<LoadStream> streams = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    private int open;

    /** @param path below the server's URL, to which each stream POSTs the body */
    LoadClient(LoadOptions options, String path, String body) throws IOException {
        this.options = options;
        this.request = request(options, path, body);
    }

    private static byte[] request(LoadOptions options, String path, String body) {
        var authorization = options.key() == null ? "" : "Authorization: Bearer " + options.key() + "\r\n";
        return """
                POST %s%s HTTP/1.1\r
                Host: %s\r
                Content-Type: application/json\r
                Accept: text/event-stream\r
                OpenAI-Beta: assistants=v2\r
                %sContent-Length: %d\r
                \r
                %s""".formatted(options.url().getPath(), path, options.url().getAuthority(), authorization,
                body.getBytes(UTF_8).length, body).getBytes(UTF_8);
    }

    /** Connects all, sends the requests one by one over the ramp, and returns when all streams are over. */
    List<LoadStream> run() throws IOException {
        for (int i = 0; i < options.streams(); i++) {
            waiting.add(connect());
        }
        long start = System.nanoTime();
        long timeout = options.timeout().toNanos();
        for (long passed = 0; (open > 0 || !waiting.isEmpty())
                && passed < timeout; passed = System.nanoTime() - start) {
            if (!waiting.isEmpty() && passed >= options.startNanos(streams.size())) {
                send(waiting.remove());
            }
            selector.select(1);
            for (var key : selector.selectedKeys()) {
                read(key);
            }
            selector.selectedKeys().clear();
        }
        streams.forEach(LoadStream::end);
        return streams;
    }

    private SocketChannel connect() throws IOException {
        var url = options.url();
        var channel = SocketChannel.open(new InetSocketAddress(url.getHost(), url.getPort() < 0 ? 80 : url.getPort()));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }

    private void send(SocketChannel channel) throws IOException {
        var stream = new LoadStream(options.tokens(), System.nanoTime());
        streams.add(stream);
        channel.write(ByteBuffer.wrap(request));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, stream);
        open++;
    }

    private void read(SelectionKey key) {
        var stream = (LoadStream) key.attachment();
        buffer.clear();
        try {
            int count = ((SocketChannel) key.channel()).read(buffer);
            stream.accept(buffer.flip(), System.nanoTime());
            if (count < 0 || stream.isOver()) {
                key.channel().close();
                open--;
            }
        } catch (IOException e) {
            stream.fail(e.toString());
            key.cancel();
            open--;
        }
    }

    @Override
    public void close() throws IOException {
        for (var key : selector.keys()) {
            key.channel().close();
        }
        for (var channel : waiting) {
            channel.close();
        }
        selector.close();
    }
}
