package dev.runnel.server.edge.http1;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads a connection on a thread of its own, so that the server notices when a client hangs up while its request is
 * being answered. Bytes that the client sends meanwhile, its next requests, are kept and read later. Once started, this
 * object is the connection's only reader. Thread-safe.
 */
final class ReadAhead implements ConnectionInput.Source, AutoCloseable {
    /**
     * The most bytes kept. A client that sends more while it is watched counts as hung up, as it is not waiting for its
     * answer.
     */
    private static final int MAX_AHEAD = 64 * 1024;
    private static final int PIECE = 1024;

    private final ConnectionInput.Source source;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private byte[] ahead = new byte[0];
    private boolean ended;
    private @Nullable IOException failure;
    private @Nullable Runnable onHangUp;

    ReadAhead(ConnectionInput.Source source) {
        this.source = source;
    }

    void start(String name) {
        Thread.ofVirtual().name(name).start(this::readToTheEnd);
    }

    /**
     * Runs an action once if the client hangs up before {@link #stopWatching}, and at once if the client has already
     * hung up. The action runs under the lock, so that it never runs after {@link #stopWatching} has returned. It must
     * therefore not block.
     */
    void watch(Runnable action) {
        lock.lock();
        try {
            onHangUp = action;
            changed.signalAll();
            tellIfEnded();
        } finally {
            lock.unlock();
        }
    }

    void stopWatching() {
        lock.lock();
        try {
            onHangUp = null;
        } finally {
            lock.unlock();
        }
    }

    private void tellIfEnded() {
        Runnable action = onHangUp;
        if (ended && action != null) {
            onHangUp = null;
            action.run();
        }
    }

    private void readToTheEnd() {
        byte[] piece = new byte[PIECE];
        IOException broken = null;
        try {
            int count = 0;
            while (count >= 0 && keep(piece, count)) {
                count = source.read(piece, 0, PIECE);
            }
        } catch (IOException e) {
            broken = e;
        }
        lock.lock();
        try {
            ended = true;
            failure = broken;
            changed.signalAll();
            tellIfEnded();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Keeps bytes for the reader. If there is no room, waits for it; but while the client is watched, returns false.
     */
    private boolean keep(byte[] piece, int count) {
        lock.lock();
        try {
            while (ahead.length + count > MAX_AHEAD) {
                if (ended || onHangUp != null) {
                    return false;
                }
                changed.awaitUninterruptibly();
            }
            int before = ahead.length;
            ahead = Arrays.copyOf(ahead, before + count);
            System.arraycopy(piece, 0, ahead, before, count);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
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
            changed.signalAll();
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Stops reading. A read of the source that is under way ends when the source is closed. */
    @Override
    public void close() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
