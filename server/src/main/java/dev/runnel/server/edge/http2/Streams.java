package dev.runnel.server.edge.http2;

import dev.runnel.server.time.Timers;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The streams of a connection that are being served. Thread-safe. */
final class Streams {
    /** The most streams at once. One that its client has ended counts until its handler has noticed. */
    static final int MOST = 256;

    /** How many streams are remembered for which the client may still send, because it does not know of their end yet. */
    private static final int MOST_LATE = 1_024;

    private final Timers timers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition emptied = lock.newCondition();

    // Guarded by lock.
    private final Map<Integer, Http2Stream> served = new HashMap<>();
    private final SequencedSet<Integer> late = new LinkedHashSet<>();
    private int last;
    private boolean stopped;
    private long quietSince;

    Streams(Timers timers) {
        this.timers = timers;
        this.quietSince = timers.nanoTime();
    }

    @Nullable
    Http2Stream find(int id) {
        lock.lock();
        try {
            return served.get(id);
        } finally {
            lock.unlock();
        }
    }

    /** Adds a stream; false if no further streams are taken. */
    boolean add(Http2Stream stream) {
        lock.lock();
        try {
            if (stopped) {
                return false;
            }
            last = stream.id();
            served.put(stream.id(), stream);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no further streams. Returns the last one that was taken; 0 if there was none. */
    int stop() {
        lock.lock();
        try {
            stopped = true;
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Removes a stream that has ended; returns whether it was the last one, and no further ones are taken. */
    boolean remove(Http2Stream stream) {
        lock.lock();
        try {
            served.remove(stream.id());
            if (!stream.body().whole()) {
                remember(stream.id());
            }
            quietSince = timers.nanoTime();
            if (served.isEmpty()) {
                emptied.signalAll();
            }
            return served.isEmpty() && stopped;
        } finally {
            lock.unlock();
        }
    }

    /** Remembers that the client may send for a stream that has ended. */
    void remember(int id) {
        lock.lock();
        try {
            late.add(id);
            if (late.size() > MOST_LATE) {
                late.removeFirst();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the client may send for a stream that has ended. */
    boolean isLate(int id) {
        lock.lock();
        try {
            return late.contains(id);
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return served.size();
        } finally {
            lock.unlock();
        }
    }

    /** For how long there has been no stream; 0 if there is one. */
    long quietFor(long now) {
        lock.lock();
        try {
            return served.isEmpty() ? now - quietSince : 0;
        } finally {
            lock.unlock();
        }
    }

    /** The streams of this moment. */
    List<Http2Stream> all() {
        lock.lock();
        try {
            return List.copyOf(served.values());
        } finally {
            lock.unlock();
        }
    }

    void awaitNone() {
        lock.lock();
        try {
            while (!served.isEmpty()) {
                emptied.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
