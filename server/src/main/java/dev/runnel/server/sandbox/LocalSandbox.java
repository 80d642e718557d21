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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in processes of this machine. At most so many are kept at once: for a new one, the one that has been idle the
 * longest is ended; if all have a call, the taker waits. Thread-safe.
 */
public final class LocalSandbox implements Sandbox {
    /** How long a taker waits for a place. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** How long a process may take to be ready for code. */
    private static final Duration START = Duration.ofSeconds(20);

    /** How long to wait for what should end at once. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration WATCH = Duration.ofMillis(250);
    private static final Duration LOOK = Duration.ofSeconds(30);

    private final SandboxLimits limits;
    private final Path filter;
    private final Profile profile;
    private final Timers timers;
    private final List<Timers.Timer> watches;

    /** Starts processes. They end with the thread that has started them, so it is always the same. */
    private final ExecutorService starter = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("sandbox-starter").factory());

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final Map<String, LocalSession> idle = new HashMap<>();
    private final Map<String, LocalSession> busy = new HashMap<>();
    private int places;
    private boolean closed;

    private LocalSandbox(SandboxLimits limits, Path filter, boolean root, Timers timers) {
        this.limits = limits;
        this.filter = filter;
        this.profile = new Profile(filter, limits, root);
        this.timers = timers;
        this.watches = List.of(
                timers.every(WATCH, new SessionWatch(limits, this::sessions)), timers.every(LOOK, this::endIdle));
    }

    /**
     * Opens a sandbox, after a proof that it contains what it should.
     *
     * @throws SandboxException if this machine cannot have one; the message says what is missing and how to get it
     */
    public static LocalSandbox open(SandboxLimits limits, Timers timers) {
        boolean root = Probe.isRoot();
        Architecture architecture = Probe.checkMachine(root);
        LocalSandbox sandbox = new LocalSandbox(limits, filter(architecture), root, timers);
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
    public Session take(String name) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            LocalSession victim;
            lock.lock();
            try {
                LocalSession kept = idle.remove(name);
                if (kept != null && kept.process().alive()) {
                    busy.put(name, kept);
                    return kept;
                }
                victim = kept != null ? kept : places < limits.sessions() ? null : longestIdle();
                if (victim != null && victim != kept) {
                    idle.remove(victim.name());
                }
                if (victim == null) {
                    if (closed) {
                        throw new SandboxException("The server is being stopped.");
                    }
                    if (places < limits.sessions() && !busy.containsKey(name)) {
                        places++;
                        break;
                    }
                    long left = until - System.nanoTime();
                    if (left <= 0) {
                        throw new SandboxException(
                                "All " + limits.sessions() + " Python sessions of the server are busy.");
                    }
                    changed.awaitNanos(left);
                    continue;
                }
            } finally {
                lock.unlock();
            }
            end(victim);
        }
        return begin(name);
    }

    private @Nullable LocalSession longestIdle() {
        return idle.values().stream()
                .min((a, b) -> Long.compare(a.idleSince() - b.idleSince(), 0)).orElse(null);
    }

    private LocalSession begin(String name) throws InterruptedException {
        LocalSession session = null;
        try {
            session = start(name);
            lock.lock();
            try {
                if (closed) {
                    throw new SandboxException("The server is being stopped.");
                }
                busy.put(name, session);
                return session;
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException | RuntimeException e) {
            if (session != null) {
                session.process().close();
            }
            freePlace();
            throw e;
        }
    }

    /** Starts a session that is in no list. */
    private LocalSession start(String name) throws InterruptedException {
        PythonProcess process = onStarter(() -> PythonProcess.start(profile));
        Printed said = new Printed("\0", 4_000);
        process.printTo(said);
        LocalSession session = new LocalSession(name, process, limits, timers, this::giveBack);
        try (Timers.Timer _ = timers.after(START, () -> process.kill("It took too long to start."))) {
            session.awaitReady();
            process.printTo(null);
            return session;
        } catch (InterruptedException e) {
            process.close();
            throw e;
        } catch (Exception e) {
            process.close();
            said.awaitEnd(GRACE);
            throw new SandboxException(
                    "The sandbox cannot be started. " + process.why() + said.text().strip(), e);
        }
    }

    private <T> T onStarter(Callable<T> start) throws InterruptedException {
        FutureTask<T> task = new FutureTask<>(start);
        starter.execute(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new SandboxException("The sandbox cannot be started. " + e.getMessage(), e);
        }
    }

    private void giveBack(LocalSession session) {
        boolean kept;
        lock.lock();
        try {
            if (!busy.remove(session.name(), session)) {
                return;
            }
            kept = !closed && session.process().alive();
            if (kept) {
                session.idleSince(timers.nanoTime());
                idle.put(session.name(), session);
                changed.signalAll();
            }
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
    public void end(String name) {
        LocalSession kept;
        LocalSession used;
        lock.lock();
        try {
            kept = idle.remove(name);
            used = busy.get(name);
        } finally {
            lock.unlock();
        }
        if (kept != null) {
            end(kept);
        }
        if (used != null) {
            used.kill(); // its taker gives it back
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

    /** Whether a session of a name is kept, and its process lives. */
    boolean keeps(String name) {
        lock.lock();
        try {
            LocalSession kept = idle.get(name);
            return kept != null && kept.process().alive();
        } finally {
            lock.unlock();
        }
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
        starter.shutdown();
        try {
            Files.deleteIfExists(filter);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the takers have given all sessions back, which were killed. */
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
