package dev.runnel.server.edge.http2;

import dev.runnel.server.edge.ClientGoneException;
import dev.runnel.server.edge.wire.WireOutput;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The frames that go out on a connection. One thread, {@link #run}, writes them: whatever has gathered since its last write
 * goes out in one. The other threads never wait for the socket itself, because an interrupt in such a wait would close the
 * connection of all streams. Thread-safe.
 */
final class Outbox implements Runnable {
    /** Streams wait to add frames while more bytes than this wait to be written. */
    private static final int FULL = 64 * 1024;

    /** With so many bytes unwritten the connection is given up: the client goes on sending and does not read. */
    private static final int MOST = 256 * 1024;

    private final WireOutput out;
    private final Runnable broken;
    /** Fair, so that a stream with a long body does not keep those with a few bytes waiting. */
    private final ReentrantLock lock = new ReentrantLock(true);

    private final Condition filled = lock.newCondition();
    private final Condition emptied = lock.newCondition();

    // Guarded by lock.
    private FrameBytes waiting = new FrameBytes();
    private boolean ending;
    private boolean failed;

    /**
     * Nothing waits yet.
     *
     * @param broken runs when nothing can be written any more
     */
    Outbox(WireOutput out, Runnable broken) {
        this.out = out;
        this.broken = broken;
    }

    /** Adds frames of a stream, once there is room for them. */
    void add(FrameBytes frames) throws ClientGoneException {
        lock.lock();
        try {
            while (waiting.size() > FULL && !failed) {
                emptied.awaitUninterruptibly();
            }
            if (failed || ending) {
                throw new ClientGoneException("a response could not be written: the connection has ended");
            }
            waiting.addAll(frames);
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Adds frames that control the connection or a stream. This never waits. */
    void control(FrameBytes frames) {
        lock.lock();
        try {
            if (failed || ending) {
                return;
            }
            waiting.addAll(frames);
            filled.signal();
            if (waiting.size() > MOST) {
                fail();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends a stream. */
    void reset(int stream, ErrorCode code) {
        control(new FrameBytes().number(Frame.RST_STREAM, stream, code.number()));
    }

    /** Lets the writing thread end when it has written what waits. */
    void end() {
        lock.lock();
        try {
            ending = true;
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    private void fail() {
        failed = true;
        filled.signal();
        emptied.signalAll();
        broken.run();
    }

    @Override
    public void run() {
        FrameBytes writing = new FrameBytes();
        try {
            while (true) {
                lock.lock();
                try {
                    while (waiting.size() == 0 && !ending && !failed) {
                        filled.awaitUninterruptibly();
                    }
                    if (failed || waiting.size() == 0) {
                        return;
                    }
                    FrameBytes full = waiting;
                    waiting = writing;
                    writing = full;
                    emptied.signalAll();
                } finally {
                    lock.unlock();
                }
                out.write(writing.array(), 0, writing.size());
                writing.clear();
            }
        } catch (ClientGoneException e) {
            lock.lock();
            try {
                fail();
            } finally {
                lock.unlock();
            }
        }
    }
}
