package dev.runnel.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

import static java.util.Comparator.comparingLong;

/**
 * A model server that costs next to nothing, for load: every chat completion streams the tokens {@code " t0"}, {@code
 * " t1"} … on a schedule of its own, the n-th token n intervals after the request, however late the one before it
 * was. A POST below {@code /v1/threads/} is answered with a run of the same tokens; a prompt that is the word {@code
 * hurry} with all tokens at once; a prompt with functions with two rounds of calls, two calls each, before the text. GET {@code /v1/models} lists the model {@code paced}.
 *
 * <p>One daemon thread, one selector, one write per token and stream. Requests are not looked into further: each POST
 * is answered by a stream with usage. Listens on 127.0.0.1.
 */
public final class PacedModelServer implements AutoCloseable {
    /** How often it calls functions before it writes. */
    public static final int CALL_ROUNDS = 2;

    private static final int BACKLOG = 4096;
    /** The selector waits in whole milliseconds; below that the thread sleeps in steps of this many nanoseconds. */
    private static final long FINE_STEP = 200_000;
    private static final long MILLISECOND = 1_000_000;

    private final ServerSocketChannel listener;
    private final Selector selector;
    private final PacedReplies replies;

    /** By the time of their next beat. */
    private final Queue<PacedConnection> streams = new PriorityQueue<>(comparingLong(PacedConnection::due));
    private volatile boolean closed;

    private PacedModelServer(ServerSocketChannel listener, Selector selector, PacedReplies replies) {
        this.listener = listener;
        this.selector = selector;
        this.replies = replies;
    }

    /**
     * Starts a server whose tokens are the same for every reply.
     *
     * @param port     0 for any free port
     * @param tokens   of each reply, at least 1
     * @param interval from token to token; zero for as fast as the connection takes them
     */
    public static PacedModelServer start(int port, int tokens, Duration interval) throws IOException {
        return start(port, PacedReplies.of(PacedEvents.chat(tokens), tokens, interval));
    }

    /** As {@link #start(int, int, Duration)}, but each token of a chat completion bears the {@link Stamp} of its writing. */
    public static PacedModelServer startStamped(int port, int tokens, Duration interval) throws IOException {
        return start(port, PacedReplies.of(PacedEvents.stampedChat(tokens), tokens, interval));
    }

    private static PacedModelServer start(int port, PacedReplies replies) throws IOException {
        var loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        var listener = ServerSocketChannel.open().bind(new InetSocketAddress(loopback, port), BACKLOG);
        listener.configureBlocking(false);
        var selector = Selector.open();
        listener.register(selector, SelectionKey.OP_ACCEPT);
        var server = new PacedModelServer(listener, selector, replies);
        Thread.ofPlatform().daemon().name("paced-model").start(server::run);
        return server;
    }

    /** The arguments of each function call in replies of so many tokens, in fragments: together JSON, and an eighth as long. */
    public static List<String> arguments(int tokens) {
        List<String> fragments = new ArrayList<>();
        fragments.add("{\"words\":\"");
        for (int i = 0; i < tokens / 8; i++) {
            fragments.add(" t" + i);
        }
        fragments.add("\"}");
        return fragments;
    }

    /** {@code http://127.0.0.1:<port>/v1}. */
    public URI baseUri() {
        return URI.create("http://127.0.0.1:" + listener.socket().getLocalPort() + "/v1");
    }

    /** Cuts all connections, shortly after the return. A second call does nothing. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }

    private void run() {
        try (selector) {
            while (!closed) {
                awaitWork();
                for (var key : selector.selectedKeys()) {
                    handle(key);
                }
                selector.selectedKeys().clear();
                writeDueTokens();
            }
            for (var key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitWork() throws IOException {
        var next = streams.peek();
        if (next == null) {
            selector.select();
            return;
        }
        long left = next.due() - System.nanoTime();
        if (left > MILLISECOND) {
            selector.select(left / MILLISECOND);
            return;
        }
        if (left > 0) {
            LockSupport.parkNanos(Math.min(left, FINE_STEP));
        }
        selector.selectNow();
    }

    private void handle(SelectionKey key) throws IOException {
        if (!(key.attachment() instanceof PacedConnection connection)) {
            accept();
        } else if (connection.readRequest() && connection.writeNext()) {
            streams.add(connection);
        }
    }

    private void accept() throws IOException {
        for (var channel = listener.accept(); channel != null; channel = listener.accept()) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(selector, SelectionKey.OP_READ, new PacedConnection(channel, replies));
        }
    }

    private void writeDueTokens() {
        long now = System.nanoTime();
        for (var next = streams.peek(); next != null && next.due() - now <= 0; next = streams.peek()) {
            var stream = streams.remove();
            if (stream.writeNext()) {
                streams.add(stream);
            }
        }
    }

    /** {@code --port 9001 --tokens 500 --interval-ms 2}: serves stamped tokens until the process is ended. */
    public static void main(String[] args) throws IOException, InterruptedException {
        var arguments = new Arguments(args);
        var server = startStamped(arguments.integer("port", 9001), arguments.integer("tokens", 500),
                arguments.millis("interval-ms", 2));
        arguments.rejectUnknown();
        System.out.println("paced model at " + server.baseUri());
        Thread.currentThread().join();
    }
}
