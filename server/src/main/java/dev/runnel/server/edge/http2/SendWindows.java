package dev.runnel.server.edge.http2;

import dev.runnel.server.edge.ClientGoneException;
import java.util.Collection;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many bytes of bodies the client takes at present: on the whole connection, and on each stream. A stream waits for its
 * own window and for the connection's, and for no other stream's. Thread-safe.
 */
final class SendWindows {
    /** The size of each window as long as nothing is said about it. */
    static final int INITIAL = 65_535;

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private long connection = INITIAL;
    private int initial = INITIAL;

    /** The window of one stream. */
    final class Window {
        private final Condition changed = lock.newCondition();

        // Guarded by lock.
        private long size = initial;
        private boolean closed;

        private Window() {}

        /**
         * Takes at least one byte of both windows, once they have it.
         *
         * @param wanted the most bytes taken
         * @throws ClientGoneException if the window is closed
         */
        int take(int wanted) throws ClientGoneException {
            lock.lock();
            try {
                while (Math.min(size, connection) <= 0 && !closed) {
                    changed.awaitUninterruptibly();
                }
                if (closed) {
                    throw new ClientGoneException("the client has ended the stream");
                }
                int taken = (int) Math.min(wanted, Math.min(size, connection));
                size -= taken;
                connection -= taken;
                return taken;
            } finally {
                lock.unlock();
            }
        }

        /** Whether a byte can be taken without a wait. */
        boolean open() {
            lock.lock();
            try {
                return closed || Math.min(size, connection) > 0;
            } finally {
                lock.unlock();
            }
        }

        /** Makes the window larger; false if it would be too large. */
        boolean grow(int by) {
            lock.lock();
            try {
                size += by;
                changed.signal();
                return size <= Integer.MAX_VALUE;
            } finally {
                lock.unlock();
            }
        }

        /** Ends all waits for this window. */
        void close() {
            lock.lock();
            try {
                closed = true;
                changed.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    /** The window of a new stream. */
    Window open() {
        lock.lock();
        try {
            return new Window();
        } finally {
            lock.unlock();
        }
    }

    /** Makes the connection's window larger; false if it would be too large. */
    boolean grow(int by, Collection<Window> windows) {
        lock.lock();
        try {
            connection += by;
            windows.forEach(window -> window.changed.signal());
            return connection <= Integer.MAX_VALUE;
        } finally {
            lock.unlock();
        }
    }

    /** Changes the windows of all streams, those of later ones too; false if one would be too large. */
    boolean resize(int size, Collection<Window> windows) {
        lock.lock();
        try {
            int more = size - initial;
            initial = size;
            boolean fits = true;
            for (Window window : windows) {
                fits &= window.grow(more);
            }
            return fits;
        } finally {
            lock.unlock();
        }
    }
}
