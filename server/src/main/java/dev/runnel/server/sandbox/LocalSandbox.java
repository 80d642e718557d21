package dev.runnel.server.sandbox;

import dev.runnel.server.time.Timers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Sessions in processes of this machine. Thread-safe. */
public final class LocalSandbox implements Sandbox {
    /** How long a caller waits for a place, or for a session that somebody else has. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** How long to wait for what should end at once. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration WATCH = Duration.ofMillis(250);
    private static final Duration LOOK = Duration.ofSeconds(30);

    private final SandboxLimits limits;
    private final Path filter;
    private final @Nullable ControlGroups groups;
    private final ProcessStarter starter;
    private final Timers timers;
    private final List<Timers.Timer> watches;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final Map<String, LocalSession> idle = new HashMap<>();
    private final Map<String, LocalSession> busy = new HashMap<>();
    private int places;
    private boolean closed;

    private LocalSandbox(
            SandboxLimits limits, Path filter, boolean root, @Nullable ControlGroups groups, Timers timers) {
        this.limits = limits;
        this.filter = filter;
        this.groups = groups;
        this.starter = new ProcessStarter(new Profile(filter, limits, root), groups, timers);
        this.timers = timers;
        this.watches = List.of(
                timers.every(WATCH, new SessionWatch(limits, this::sessions)), timers.every(LOOK, this::endIdle));
    }

    /**
     * Opens a sandbox, after a proof that it contains what it should. Sessions are in control groups where the server may make
     * some.
     *
     * @throws SandboxException if this machine cannot have one; the message says what is missing and how to get it
     */
    public static LocalSandbox open(SandboxLimits limits, Timers timers) {
        return open(limits, ControlGroups.find(limits).orElse(null), timers);
    }

    /** @param groups in which sessions are; null for none */
    static LocalSandbox open(SandboxLimits limits, @Nullable ControlGroups groups, Timers timers) {
        boolean root = Probe.isRoot();
        Architecture architecture = Probe.checkMachine(root);
        LocalSandbox sandbox = new LocalSandbox(limits, filter(architecture), root, groups, timers);
        try {
            Probe.check(sandbox);
            return sandbox;
        } catch (RuntimeException e) {
            sandbox.close();
            throw e;
        }
    }

    private static Path filter(Architecture architecture) {
        try {
            Path file = Files.createTempFile("runnel-" + ProcessHandle.current().pid() + "-", ".seccomp");
            Files.write(file, SeccompFilter.of(architecture));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Session begin() throws InterruptedException {
        awaitPlace();
        PythonProcess process = null;
        try {
            process = starter.start();
            LocalSession session = new LocalSession(process, limits, timers, this::giveBack);
            lock.lock();
            try {
                requireOpen();
                busy.put(session.id(), session);
                return session;
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException | RuntimeException e) {
            if (process != null) {
                process.close();
            }
            freePlace();
            throw e;
        }
    }

    /** Gets a place for a new session. */
    private void awaitPlace() throws InterruptedException {
        long left = PATIENCE.toNanos();
        while (true) {
            LocalSession victim;
            lock.lock();
            try {
                requireOpen();
                if (places < limits.sessions()) {
                    places++;
                    return;
                }
                victim = longestIdle();
                if (victim == null) {
                    if (left <= 0) {
                        throw new SandboxException("All " + limits.sessions() + " Python sessions are busy.");
                    }
                    left = changed.awaitNanos(left);
                    continue;
                }
                idle.remove(victim.id());
            } finally {
                lock.unlock();
            }
            end(victim);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new SandboxException("The server is being stopped.");
        }
    }

    private @Nullable LocalSession longestIdle() {
        return idle.values().stream()
                .min((a, b) -> Long.compare(a.idleSince() - b.idleSince(), 0)).orElse(null);
    }

    @Override
    public Optional<Session> resume(String id) throws InterruptedException {
        LocalSession kept;
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (busy.containsKey(id)) {
                if (left <= 0) {
                    throw new SandboxException("The Python session is busy.");
                }
                left = changed.awaitNanos(left);
            }
            kept = idle.remove(id);
            if (kept == null) {
                return Optional.empty();
            }
            if (kept.process().alive()) {
                busy.put(id, kept);
                return Optional.of(kept);
            }
        } finally {
            lock.unlock();
        }
        end(kept);
        return Optional.empty();
    }

    private void giveBack(LocalSession session) {
        boolean kept;
        lock.lock();
        try {
            if (!busy.remove(session.id(), session)) {
                return;
            }
            kept = !closed && session.process().alive();
            if (kept) {
                session.idleSince(timers.nanoTime());
                idle.put(session.id(), session);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (!kept) {
            end(session);
        }
    }

    /** Ends a session that is in no list, and frees its place. */
    private void end(LocalSession session) {
        session.process().close();
        freePlace();
    }

    private void freePlace() {
        lock.lock();
        try {
            places--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void end(String id) {
        LocalSession kept;
        LocalSession used;
        lock.lock();
        try {
            kept = idle.remove(id);
            used = busy.get(id);
        } finally {
            lock.unlock();
        }
        if (kept != null) {
            end(kept);
        }
        if (used != null) {
            used.kill(); // its caller gives it back
        }
    }

    private void endIdle() {
        List<LocalSession> old = new ArrayList<>();
        lock.lock();
        try {
            long now = timers.nanoTime();
            idle.values().removeIf(session -> {
                boolean over = now - session.idleSince() >= limits.idle().toNanos() || !session.process().alive();
                if (over) {
                    old.add(session);
                }
                return over;
            });
        } finally {
            lock.unlock();
        }
        old.forEach(this::end);
    }

    /** Sessions and whether they have a call. */
    private Map<PythonProcess, Boolean> sessions() {
        Map<PythonProcess, Boolean> sessions = new HashMap<>();
        lock.lock();
        try {
            idle.values().forEach(session -> sessions.put(session.process(), false));
            busy.values().forEach(session -> sessions.put(session.process(), true));
        } finally {
            lock.unlock();
        }
        return sessions;
    }

    /** Whether a session is kept without a caller, and its process lives. */
    boolean keeps(String id) {
        lock.lock();
        try {
            LocalSession kept = idle.get(id);
            return kept != null && kept.process().alive();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public String inWords() {
        return groups == null
                ? "in a sandbox of this machine, without control groups"
                : "in a sandbox of this machine, with control groups (version " + groups.version() + ")";
    }

    /** How many sessions there are. */
    public int size() {
        lock.lock();
        try {
            return places;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        List<LocalSession> kept;
        lock.lock();
        try {
            closed = true;
            kept = List.copyOf(idle.values());
            idle.clear();
            busy.values().forEach(LocalSession::kill);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        watches.forEach(Timers.Timer::close);
        kept.forEach(this::end);
        awaitNone();
        starter.close();
        try {
            Files.deleteIfExists(filter);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the callers have given all sessions back, which were killed. */
    private void awaitNone() {
        lock.lock();
        try {
            long left = GRACE.toNanos();
            while (places > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
