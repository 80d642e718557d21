package dev.runnel.server.sandbox;

import dev.runnel.server.time.Timers;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Starts the processes of sessions. Thread-safe. */
final class ProcessStarter implements AutoCloseable {
    /** How long a process may take to be ready for code. */
    private static final Duration START = Duration.ofSeconds(20);

    /** How long to wait for the last words of a process that has ended. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private static final int MOST_WORDS = 4_000;

    private final Profile profile;
    private final Timers timers;

    /** Processes end with the thread that has started them, so it is always the same. */
    private final ExecutorService starting = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("sandbox-starter").factory());

    ProcessStarter(Profile profile, Timers timers) {
        this.profile = profile;
        this.timers = timers;
    }

    /**
     * Starts a process, and waits until code can be run in it.
     *
     * @throws SandboxException if it cannot be started; the message says why
     */
    PythonProcess start() throws InterruptedException {
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
        FutureTask<PythonProcess> task = new FutureTask<>(() -> PythonProcess.start(profile));
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

    /** Starts no more processes. */
    @Override
    public void close() {
        starting.shutdown();
    }
}
