package dev.runnel.server.sandbox.remote;

import dev.runnel.server.sandbox.Sandbox;
import dev.runnel.server.sandbox.Session;
import dev.runnel.server.time.Timers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that clients hold at the moment. A client holds a session from the request that begins or resumes the session until the request that
 * releases it. So no other client takes the session's place between two requests. A client that sends nothing for half a
 * minute may have died, and loses its session. Thread-safe.
 */
final class HeldSessions implements AutoCloseable {
    /** How long a client holds a session after its last request. */
    private static final Duration HOLD = Duration.ofSeconds(30);

    private static final Duration LOOK = Duration.ofSeconds(5);

    /** How long a request waits for another request that uses the same session. That request is about to end. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Sandbox sandbox;
    private final Timers timers;
    private final Timers.Timer look;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final Map<String, Held> held = new HashMap<>();

    /** A session that a client holds. Its fields are guarded by the lock. */
    private static final class Held {
        private final Session session;
        private boolean used = true;
        private boolean over;
        private long since;

        private Held(Session session) {
            this.session = session;
        }
    }

    /** Uses a session. */
    interface Use<T> {
        T with(Session session) throws IOException, InterruptedException;
    }

    HeldSessions(Sandbox sandbox, Timers timers) {
        this.sandbox = sandbox;
        this.timers = timers;
        this.look = timers.every(LOOK, this::letGoOfForgotten);
    }

    /** Begins a session. Returns its id. */
    String begin() throws InterruptedException {
        Held begun = new Held(sandbox.begin());
        lock.lock();
        try {
            held.put(begun.session.id(), begun);
        } finally {
            lock.unlock();
        }
        rest(begun);
        return begun.session.id();
    }

    /** Takes a session that is kept, or that a client holds and does not use. False if the session has ended. */
    boolean resume(String id) throws InterruptedException {
        Optional<Held> found = find(id);
        found.ifPresent(this::rest);
        return found.isPresent();
    }

    /**
     * Uses a session for a request.
     *
     * @return empty if the session has ended
     */
    <T> Optional<T> use(String id, Use<T> use) throws IOException, InterruptedException {
        Optional<Held> found = find(id);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        boolean whole = false;
        try {
            T result = use.with(found.get().session);
            whole = true;
            return Optional.of(result);
        } finally {
            if (!whole) {
                letGo(id);
            }
            rest(found.get());
        }
    }

    /** A session that this request alone may use. */
    private Optional<Held> find(String id) throws InterruptedException {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            for (@Nullable
            Held one = held.get(id); one != null; one = held.get(id)) {
                if (!one.used) {
                    one.used = true;
                    return Optional.of(one);
                }
                if (left <= 0) {
                    throw new BusyException();
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
        Optional<Session> kept = sandbox.resume(id);
        return kept.map(session -> {
            Held resumed = new Held(session);
            lock.lock();
            try {
                held.put(id, resumed);
            } finally {
                lock.unlock();
            }
            return resumed;
        });
    }

    /** Two requests want to use a session at the same time. */
    static final class BusyException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A request is done with a session. */
    private void rest(Held one) {
        boolean over;
        lock.lock();
        try {
            one.used = false;
            one.since = timers.nanoTime();
            over = one.over;
            if (over) {
                held.remove(one.session.id(), one);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (over) {
            one.session.close();
        }
    }

    /** A client needs a session no longer for now. The sandbox keeps the session. */
    void release(String id) {
        letGo(id);
    }

    /** Ends a session, also in the middle of a request. */
    void end(String id) {
        sandbox.end(id);
        letGo(id);
    }

    private void letGo(String id) {
        @Nullable
        Session free = null;
        lock.lock();
        try {
            Held one = held.get(id);
            if (one != null && one.used) {
                one.over = true; // the request that uses it gives it back
            } else if (one != null) {
                held.remove(id);
                free = one.session;
            }
        } finally {
            lock.unlock();
        }
        if (free != null) {
            free.close();
        }
    }

    private void letGoOfForgotten() {
        List<String> forgotten = new ArrayList<>();
        lock.lock();
        try {
            long now = timers.nanoTime();
            held.forEach((id, one) -> {
                if (!one.used && now - one.since >= HOLD.toNanos()) {
                    forgotten.add(id);
                }
            });
        } finally {
            lock.unlock();
        }
        forgotten.forEach(this::letGo);
    }

    /** Ends the sessions that clients hold. */
    @Override
    public void close() {
        look.close();
        List<String> all;
        lock.lock();
        try {
            all = List.copyOf(held.keySet());
        } finally {
            lock.unlock();
        }
        all.forEach(this::end);
    }
}
