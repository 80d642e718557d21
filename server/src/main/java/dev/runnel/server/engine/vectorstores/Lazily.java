package dev.runnel.server.engine.vectorstores;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A resource that is opened when it is first used, so that a server without vector stores does not pay for it. Thread-safe.
 */
final class Lazily<T extends AutoCloseable> implements AutoCloseable {
    private final Supplier<T> opener;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable T opened;
    private boolean closed;

    Lazily(Supplier<T> opener) {
        this.opener = opener;
    }

    /**
     * The resource; the first call opens it.
     *
     * @throws IllegalStateException if it was closed
     */
    T get() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the server is stopping");
            }
            T there = opened;
            if (there == null) {
                there = opener.get();
                opened = there;
            }
            return there;
        } finally {
            lock.unlock();
        }
    }

    /** Does something with the resource, if it is open. */
    void ifOpen(Consumer<T> action) {
        T there;
        lock.lock();
        try {
            there = opened;
        } finally {
            lock.unlock();
        }
        if (there != null) {
            action.accept(there);
        }
    }

    /** Closes the resource, if it was opened. */
    @Override
    public void close() {
        T there;
        lock.lock();
        try {
            closed = true;
            there = opened;
            opened = null;
        } finally {
            lock.unlock();
        }
        if (there != null) {
            try {
                there.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
