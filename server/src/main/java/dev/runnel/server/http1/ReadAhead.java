package dev.runnel.server.http1;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads a connection on a thread of its own, so that a client that hangs up is noticed while its request is being answered. What it
 * sends meanwhile, its next requests, is kept and read later. Once begun it is the connection's only reader. Thread-safe.
 */
final class ReadAhead implements ConnectionInput.Source {
    /** A client that sends more than this is not waiting for an answer. */
    private static final int MAX_AHEAD = 64 * 1024;
    private static final int PIECE = 1024;

    private final ConnectionInput.Source source;
    private final AtomicReference<@Nullable Runnable> onHangUp = new AtomicReference<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private byte[] ahead = new byte[0];
    private boolean ended;
    private @Nullable IOException failure;

    ReadAhead(ConnectionInput.Source source) {
        this.source = source;
    }

    void start(String name) {
        Thread.ofVirtual().name(name).start(this::readToTheEnd);
    }

    /** Runs an action if the client hangs up before {@link #stopWatching}; at once if it has. */
    void watch(Runnable action) {
        onHangUp.set(action);
        lock.lock();
        try {
            if (!ended) {
                return;
            }
        } finally {
            lock.unlock();
        }
        tell();
    }

    void stopWatching() {
        onHangUp.set(null);
    }

    private void readToTheEnd() {
        byte[] piece = new byte[PIECE];
        IOException broken = null;
        try {
            for (int count; (count = source.read(piece, 0, PIECE)) >= 0;) {
                if (!keep(piece, count)) {
                    break;
                }
            }
        } catch (IOException e) {
            broken = e;
        }
        lock.lock();
        try {
            ended = true;
            failure = broken;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        tell();
    }

    private boolean keep(byte[] piece, int count) {
        lock.lock();
        try {
            if (ahead.length + count > MAX_AHEAD) {
                return false;
            }
            byte[] more = Arrays.copyOf(ahead, ahead.length + count);
            System.arraycopy(piece, 0, more, ahead.length, count);
            ahead = more;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void tell() {
        Runnable action = onHangUp.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        lock.lock();
        try {
            while (ahead.length == 0) {
                if (failure != null) {
                    throw failure;
                }
                if (ended) {
                    return -1;
                }
                changed.awaitUninterruptibly();
            }
            int count = Math.min(length, ahead.length);
            System.arraycopy(ahead, 0, target, from, count);
            ahead = Arrays.copyOfRange(ahead, count, ahead.length);
            return count;
        } finally {
            lock.unlock();
        }
    }
}
