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
    private static final int MOST_ADDRESSES = 200;
    private static final int LONGEST_WAIT_MILLIS = 20;

    private final Load load;
    private final Endpoint endpoint;
    private final byte[] request;
    private final Selector selector = Selector.open();

    /** Connections for the next requests: new ones, and those that a server has kept. */
    private final Queue<SocketChannel> waiting = new ArrayDeque<>();
    private final List<LoadStream> streams = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    private int open;
    private int connected;

    LoadClient(Load load, Endpoint endpoint) throws IOException {
        this.load = load;
        this.endpoint = endpoint;
        this.request = endpoint.request();
    }

    /** Connects all, sends the requests one by one over the ramp, replaces streams that end, and returns when all are over. */
    List<LoadStream> run(Meter meter) throws IOException {
        connectMissing();
        long start = System.nanoTime();
        long timeout = load.timeout().toNanos();
        for (long passed = 0; (open > 0 || !waiting.isEmpty())
                && passed < timeout; passed = System.nanoTime() - start) {
            meter.look(passed, this::tokens);
            while (!waiting.isEmpty() && passed >= load.startNanos(streams.size())) {
                send(waiting.remove());
            }
            selector.select(this::read, waiting.isEmpty() ? LONGEST_WAIT_MILLIS : 1);
            connectMissing();
        }
        meter.end(this::tokens);
        streams.forEach(LoadStream::end);
        return streams;
    }

    private int tokens() {
        return streams.stream().mapToInt(LoadStream::tokens).sum();
    }

    private void connectMissing() throws IOException {
        while (streams.size() + waiting.size() < load.replies() && open + waiting.size() < load.streams()) {
            connect(connected++);
        }
    }

    private void connect(int stream) throws IOException {
        var channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (stream >= STREAMS_PER_ADDRESS && endpoint.address().getAddress().isLoopbackAddress()) {
                channel.bind(
                        new InetSocketAddress("127.0.0." + (1 + stream / STREAMS_PER_ADDRESS % MOST_ADDRESSES), 0));
            }
            channel.connect(endpoint.address());
            waiting.add(channel);
        } catch (IOException e) {
            channel.close();
            fail(new LoadStream(load.tokens(), System.nanoTime()), e);
        }
    }

    private void fail(LoadStream stream, IOException e) {
        stream.fail(e.toString());
        streams.add(stream);
    }

    private void send(SocketChannel channel) throws IOException {
        var stream = new LoadStream(load.tokens(), System.nanoTime());
        try {
            channel.write(ByteBuffer.wrap(request));
            SelectionKey kept = channel.keyFor(selector);
            if (kept == null) {
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, stream);
            } else {
                kept.attach(stream);
            }
            streams.add(stream);
            open++;
        } catch (IOException e) {
            channel.close();
            fail(stream, e);
        }
    }

    private void read(SelectionKey key) {
        var channel = (SocketChannel) key.channel();
        buffer.clear();
        try {
            int count = channel.read(buffer);
            if (key.attachment() instanceof LoadStream stream) {
                stream.accept(buffer.flip(), System.nanoTime());
                if (count < 0 || (stream.isOver() && !(load.replaces() && stream.isEnding()))) {
                    end(key, channel, stream);
                }
            } else if (count < 0) { // the server has closed a connection that it had kept
                waiting.remove(channel);
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

    private void end(SelectionKey key, SocketChannel channel, LoadStream stream) throws IOException {
        open--;
        boolean wanted = streams.size() + waiting.size() < load.replies();
        if (wanted && stream.leavesConnection()) {
            key.attach(null);
            waiting.add(channel);
        } else {
            channel.close();
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
