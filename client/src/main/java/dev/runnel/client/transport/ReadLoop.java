package dev.runnel.client.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread that reads the unencrypted connections of virtual threads, and wakes them. A virtual thread that reads a socket
 * itself tries in vain, registers to be woken, waits and tries again: two more system calls for each token. The threads that
 * run virtual threads sleep between two tokens, and waking them costs more than the work on a token. So when much arrives, the
 * loop gathers for a moment, and wakes many threads at once. Together this saves a quarter of the cost of relaying an event.
 *
 * <p>One for the whole process. It takes some 3 µs for each read. Thread-safe.
 */
final class ReadLoop {
    /**
     * After each round the loop rests this many times as long as the round took: hardly at all when few bytes arrive, so that
     * nothing is late, and up to the limit when it is busy for a tenth of the time.
     */
    private static final int REST_FACTOR = 8;

    private static final long MAX_REST_NANOS = 500_000;

    private static @Nullable ReadLoop shared;

    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(Wire.MAX_AHEAD_BYTES);

    // The loop's thread only.
    private long begun;
    private boolean idle = true;

    private ReadLoop() throws IOException {}

    /** The work of the loop for one channel. */
    interface Reader {
        /**
         * Reads the arrived bytes.
         *
         * @param buffer the loop's buffer, as large as the bytes that are read ahead
         * @return the thread that waited for them
         */
        @Nullable
        Thread arrived(ByteBuffer buffer);

        /**
         * Nothing will arrive any more.
         *
         * @return the thread that waited
         */
        @Nullable
        Thread failed(IOException cause);
    }

    /** The loop of this process. */
    static synchronized ReadLoop shared() throws IOException {
        if (shared == null || !shared.selector.isOpen()) {
            ReadLoop loop = new ReadLoop();
            Thread thread = new Thread(loop::run, "runnel-client-read");
            thread.setDaemon(true);
            thread.start();
            shared = loop;
        }
        return shared;
    }

    /** Reads a channel from now on, until it is closed. */
    SelectionKey register(SocketChannel channel, Reader reader) throws IOException {
        try {
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ, reader);
            selector.wakeup();
            return key;
        } catch (ClosedSelectorException e) {
            throw new IOException("the thread that reads has failed", e);
        }
    }

    /** The set of channels to read has changed. */
    void wakeUp() {
        selector.wakeup();
    }

    private void run() {
        try {
            while (true) {
                idle = true;
                selector.select(this::ready);
                if (!idle) {
                    LockSupport.parkNanos(Math.min((System.nanoTime() - begun) * REST_FACTOR, MAX_REST_NANOS));
                }
            }
        } catch (IOException | RuntimeException | Error e) { // such as out of memory: no thread may wait for a loop that has ended
            giveUp(new IOException("the thread that reads has failed: " + e, e));
        }
    }

    private void ready(SelectionKey key) {
        if (idle) {
            idle = false;
            begun = System.nanoTime();
        }
        try {
            LockSupport.unpark(((Reader) key.attachment()).arrived(buffer));
        } catch (CancelledKeyException e) {
            // The channel was closed meanwhile, and its waiting thread knows.
        }
    }

    private void giveUp(IOException cause) {
        var keys = selector.keys().toArray(SelectionKey[]::new);
        try {
            selector.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        for (SelectionKey key : keys) {
            LockSupport.unpark(((Reader) key.attachment()).failed(cause));
        }
    }
}
