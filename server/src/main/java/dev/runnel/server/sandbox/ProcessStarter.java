package dev.runnel.server.sandbox;

import dev.runnel.server.time.Timers;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Starts the processes of sessions. One process is started ahead of its session, so that the first call of a thread need not
 * wait. It has run no code and has no files of anybody, and it serves one session as every other process does. Thread-safe.
 */
final class ProcessStarter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ProcessStarter.class.getName());

    /** How long a process may take to be ready for code. */
    private static final Duration START = Duration.ofSeconds(20);

    /** How long to wait for the last words of a process that has ended. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private static final int MOST_WORDS = 4_000;

    private final Profile profile;
    private final @Nullable ControlGroups groups;
    private final Timers timers;

    /** Processes end with the thread that has started them, so it is always the same. */
    private final ExecutorService starting = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("sandbox-starter").factory());

    private final AtomicReference<@Nullable PythonProcess> spare = new AtomicReference<>();

    /** The thread that starts the spare process; null if none does. */
    private final AtomicReference<@Nullable Thread> preparing = new AtomicReference<>();

    private volatile boolean closed;

    /** @param groups in which processes are started; null where the server may make none */
    ProcessStarter(Profile profile, @Nullable ControlGroups groups, Timers timers) {
        this.profile = profile;
        this.groups = groups;
        this.timers = timers;
    }

    /** Starts a process for the next session, in the background, unless there is one. */
    private void prepare() {
        Thread preparation = Thread.ofVirtual().name("sandbox-spare").unstarted(this::startSpare);
        if (!closed && spare.get() == null && preparing.compareAndSet(null, preparation)) {
            preparation.start();
        }
    }

    private void startSpare() {
        try {
            spare.set(startNow());
            if (closed) {
                closeSpare();
            }
        } catch (InterruptedException | RuntimeException e) {
            LOG.log(Level.DEBUG, "cannot start a process ahead of its session; the session will say why", e);
        } finally {
            preparing.set(null);
        }
    }

    private void closeSpare() {
        PythonProcess kept = spare.getAndSet(null);
        if (kept != null) {
            kept.close();
        }
    }

    /**
     * A process in which code can be run: the one that is ready, or a new one, which is waited for.
     *
     * @throws SandboxException if it cannot be started; the message says why
     */
    PythonProcess start() throws InterruptedException {
        PythonProcess ready = spare.getAndSet(null);
        if (ready == null || !ready.alive()) {
            if (ready != null) {
                ready.close();
            }
            ready = startNow();
        }
        prepare();
        return ready;
    }

    private PythonProcess startNow() throws InterruptedException {
        PythonProcess process = begin();
        Printed said = new Printed("\0", MOST_WORDS);
        process.printTo(said);
        try (Timers.Timer _ = timers.after(START, () -> process.kill("It took too long to start."))) {
            process.awaitReady();
            process.printTo(null);
            return process;
        } catch (InterruptedException e) {
            process.close();
            throw e;
        } catch (IOException | RuntimeException e) {
            process.close();
            said.awaitEnd(LAST_WORDS);
            throw new SandboxException("The sandbox cannot be started. " + process.why() + said.text().strip(), e);
        }
    }

    private PythonProcess begin() throws InterruptedException {
        FutureTask<PythonProcess> task = new FutureTask<>(() -> PythonProcess.start(profile, groups));
        starting.execute(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            starting.execute(() -> closeStarted(task));
            throw e;
        } catch (ExecutionException e) {
            throw new SandboxException("The sandbox cannot be started. " + e.getMessage(), e);
        }
    }

    /** Ends the process that a task has started, if it has. */
    private static void closeStarted(FutureTask<PythonProcess> task) {
        if (task.state() == Future.State.SUCCESS) {
            task.resultNow().close();
        }
    }

    /** Starts no more processes, and ends the one that is ready. */
    @Override
    public void close() {
        closed = true;
        Thread preparation = preparing.get();
        if (preparation != null) {
            preparation.interrupt();
            await(preparation);
        }
        closeSpare();
        starting.shutdown();
    }

    private static void await(Thread thread) {
        try {
            thread.join(START);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
