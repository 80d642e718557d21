package dev.runnel.client.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Unencrypted: a {@link ReadLoop} reads the bytes that arrive, and wakes the thread that waits for them. There are buffers for
 * arrived bytes only, so a thousand streams between two tokens have no buffer.
 */
final class PlainWire implements Wire, ReadLoop.Reader {
    /** How many bytes a read without the loop takes. */
    private static final int PEEKED_BYTES = 256;

    private static final byte[] NOTHING = {};

    private final SocketChannel channel;
    private final ReadLoop loop;
    private final SelectionKey key;

    // Guarded by this.
    private byte[] arrived = NOTHING;
    private boolean full;
    private boolean closed;
    private boolean ended;
    private @Nullable IOException fault;
    private @Nullable Thread waiting;

    /** @param channel connected; the loop owns it from now on */
    PlainWire(SocketChannel channel, ReadLoop loop) throws IOException {
        this.channel = channel;
        this.loop = loop;
        channel.configureBlocking(false);
        synchronized (this) { // the loop may come at once
            this.key = loop.register(channel, this);
        }
    }

    @Override
    public synchronized @Nullable Thread arrived(ByteBuffer buffer) {
        if (key.isWritable()) {
            key.interestOpsAnd(~SelectionKey.OP_WRITE);
        }
        if (key.isReadable()) {
            full = arrived.length == MAX_AHEAD_BYTES;
            if (full) {
                key.interestOpsAnd(~SelectionKey.OP_READ);
            } else {
                takeIn(buffer);
            }
        }
        return takeWaiting();
    }

    @Override
    public synchronized @Nullable Thread failed(IOException cause) {
        fault = cause;
        key.cancel();
        return takeWaiting();
    }

    private @Nullable Thread takeWaiting() {
        Thread thread = waiting;
        waiting = null;
        return thread;
    }

    private void takeIn(ByteBuffer buffer) {
        buffer.clear().limit(Math.min(buffer.capacity(), MAX_AHEAD_BYTES - arrived.length));
        try {
            int n = channel.read(buffer);
            if (n > 0) {
                int before = arrived.length;
                arrived = Arrays.copyOf(arrived, before + n);
                buffer.flip().get(arrived, before, n);
            } else if (n < 0) {
                ended = true;
                key.cancel();
            }
        } catch (IOException e) {
            fault = e;
            key.cancel();
        }
    }

    @Override
    public ByteBuffer receive(long timeoutNanos) throws IOException {
        long start = System.nanoTime();
        while (true) {
            synchronized (this) {
                if (isDecided()) {
                    return taken();
                }
                waiting = Thread.currentThread();
            }
            if (timeoutNanos == 0) {
                await();
            } else {
                await(start + timeoutNanos - System.nanoTime());
            }
        }
    }

    private boolean isDecided() {
        return arrived.length > 0 || ended || closed || fault != null;
    }

    private ByteBuffer taken() throws IOException {
        if (arrived.length == 0 && fault != null) {
            throw fault;
        }
        if (closed) {
            throw new IOException("the connection was closed");
        }
        ByteBuffer taken = ByteBuffer.wrap(arrived);
        arrived = NOTHING;
        if (full) {
            full = false;
            watch(SelectionKey.OP_READ);
        }
        return taken;
    }

    private void watch(int operation) throws IOException {
        try {
            key.interestOpsOr(operation);
            loop.wakeUp();
        } catch (CancelledKeyException e) { // closed this moment
            throw new IOException("the connection is gone", e);
        }
    }

    private void await() throws IOException {
        LockSupport.park(this);
        checkInterrupt();
    }

    private void await(long nanos) throws IOException {
        if (nanos <= 0) {
            throw new SocketTimeoutException("nothing received in time");
        }
        LockSupport.parkNanos(this, nanos);
        checkInterrupt();
    }

    private static void checkInterrupt() throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while waiting for the server");
        }
    }

    @Override
    public synchronized boolean canReceive() {
        peek();
        return arrived.length > 0;
    }

    @Override
    public synchronized boolean isQuiet() {
        peek();
        return !isDecided();
    }

    /** Reads without the loop, which may be resting. */
    private void peek() {
        if (!isDecided()) {
            takeIn(ByteBuffer.allocate(PEEKED_BYTES));
        }
    }

    @Override
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                writeAll(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }

    private void writeAll(ByteBuffer rest) throws IOException {
        for (channel.write(rest); rest.hasRemaining(); channel.write(rest)) {
            synchronized (this) {
                if (closed || fault != null) {
                    throw new IOException("the connection is gone");
                }
                waiting = Thread.currentThread();
                watch(SelectionKey.OP_WRITE);
            }
            await();
        }
    }

    @Override
    public void ended() {
        Thread thread;
        synchronized (this) {
            closed = true;
            thread = takeWaiting();
        }
        LockSupport.unpark(thread);
        loop.wakeUp(); // it releases the channel, which is only then really closed
    }
}
