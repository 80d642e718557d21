package dev.runnel.bench.relay;

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

/**
 * One round of load. Reads all streams with the calling thread, so that no scheduling but the server's own comes
 * between a token and its time stamp. For one use by one thread.
 */
final class LoadClient implements AutoCloseable {
    /** An address has 28,000 ports for its own connections as Linux is set up, and closed ones keep theirs for a minute. */
    private static final int STREAMS_PER_ADDRESS = 8_000;
    private static final int LONGEST_WAIT_MILLIS = 20;

    private final Load load;
    private final Endpoint endpoint;
    private final byte[] request;
    private final Selector selector = Selector.open();

    /** Connections without a request: not used yet, or kept. */
    private final Queue<SocketChannel> idle = new ArrayDeque<>();
    private final List<LoadStream> streams = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    private int open;

    LoadClient(Load load, Endpoint endpoint) throws IOException {
        this.load = load;
        this.endpoint = endpoint;
        this.request = endpoint.request();
    }

    /** Sends the requests one by one over the ramp, and returns when all streams are over. */
    List<LoadStream> run(Meter meter) throws IOException {
        for (int i = 0; i < load.streams() && !load.keepsConnections(); i++) {
            idle.add(connect(i));
        }
        long start = System.nanoTime();
        long timeout = load.timeout().toNanos();
        for (long passed = 0; (open > 0 || streams.size() < load.streams())
                && passed < timeout; passed = System.nanoTime() - start) {
            meter.look(passed, this::tokens);
            while (streams.size() < load.streams() && passed >= load.startNanos(streams.size())) {
                send();
            }
            selector.select(this::read, streams.size() < load.streams() ? 1 : LONGEST_WAIT_MILLIS);
        }
        meter.end(this::tokens);
        streams.forEach(LoadStream::end);
        return streams;
    }

    private int tokens() {
        return streams.stream().mapToInt(LoadStream::tokens).sum();
    }

    private SocketChannel connect(int stream) throws IOException {
        var channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (stream >= STREAMS_PER_ADDRESS && endpoint.address().getAddress().isLoopbackAddress()) {
                channel.bind(new InetSocketAddress("127.0.0." + (1 + stream / STREAMS_PER_ADDRESS), 0));
            }
            channel.connect(endpoint.address());
            channel.configureBlocking(false);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void send() {
        var stream = new LoadStream(load.tokens(), System.nanoTime());
        streams.add(stream);
        try {
            SocketChannel kept = idle.poll();
            SocketChannel channel = kept == null ? connect(streams.size() - 1) : kept;
            channel.write(ByteBuffer.wrap(request));
            SelectionKey key = channel.keyFor(selector);
            if (key == null) {
                channel.register(selector, SelectionKey.OP_READ, stream);
            } else {
                key.attach(stream);
            }
            open++;
        } catch (IOException e) {
            stream.fail(e.toString());
        }
    }

    private void read(SelectionKey key) {
        var channel = (SocketChannel) key.channel();
        buffer.clear();
        try {
            int count = channel.read(buffer);
            if (key.attachment() instanceof LoadStream stream) {
                stream.accept(buffer.flip(), System.nanoTime());
                boolean ending = load.keepsConnections() && stream.isEnding();
                if (count < 0 || (stream.isOver() && !ending)) {
                    over(key, channel, stream);
                }
            } else if (count < 0) { // the server has closed a kept connection
                idle.remove(channel);
                channel.close();
            }
        } catch (IOException e) {
            if (key.attachment() instanceof LoadStream stream) {
                stream.fail(e.toString());
                open--;
            }
            key.cancel();
        }
    }

    private void over(SelectionKey key, SocketChannel channel, LoadStream stream) throws IOException {
        open--;
        if (load.keepsConnections() && stream.leavesConnection()) {
            key.attach(null);
            idle.add(channel);
        } else {
            channel.close();
        }
    }

    @Override
    public void close() throws IOException {
        for (var key : selector.keys()) {
            key.channel().close();
        }
        for (var channel : idle) {
            channel.close();
        }
        selector.close();
    }
}
