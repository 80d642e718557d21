package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStatus;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.engine.requests.UnavailableException;
import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.rows.AskStore;
import dev.runnel.server.store.rows.Store;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Has the node that executes a run cancel it. The wish is stored with the run, and that node sees it. Thread-safe. */
final class CancelElsewhere {
    /** How long to wait for another node to say that it cancels its run. */
    private static final Duration HANDED_ON = Duration.ofSeconds(2);

    /** How long to wait for a notice of another node before looking at the run again. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Database database;
    private final RunLog log;

    CancelElsewhere(Database database, RunLog log) {
        this.database = database;
        this.log = log;
    }

    /**
     * Asks for a run's cancellation, and waits a moment for the other node to announce it.
     *
     * @param current reads the run as it is now
     * @return the run as {@code cancelling} or {@code cancelled}
     */
    Run cancel(String runId, Supplier<Run> current) {
        long number = ask(runId).orElseThrow(() -> notAsked(current.get()));
        log.watch(number);
        long deadline = System.nanoTime() + HANDED_ON.toNanos();
        Run run = current.get();
        while (run.status() != RunStatus.CANCELLING && run.status() != RunStatus.CANCELLED) {
            if (run.status().terminal()) {
                throw refusal(run);
            }
            if (System.nanoTime() - deadline > 0) {
                return run.change().cancelling().run(); // the wish is stored, and stays until the run has ended
            }
            awaitChange(number);
            run = current.get();
        }
        return run;
    }

    /**
     * Asks for a run's cancellation, and waits for a change to the run.
     *
     * @param left how long the caller goes on waiting for the run's end
     */
    void end(String runId, Duration left) {
        if (left.isNegative()) {
            throw UnavailableException.ending(runId);
        }
        Optional<Long> number = ask(runId);
        if (number.isPresent()) {
            awaitChange(number.get());
        } else if (database.read(sql -> Store.isActive(sql, runId))) {
            throw UnavailableException.givenUp(runId); // it is active, and nobody has it for now
        }
    }

    private static RuntimeException notAsked(Run run) {
        return run.status().terminal() ? refusal(run) : UnavailableException.givenUp(run.id());
    }

    /** Why a run that has ended cannot be cancelled. */
    static RejectedException refusal(Run run) {
        return RejectedException.state("Cannot cancel run with status '" + run.status().wire() + "'.");
    }

    /** Stores the wish that a run ends. Returns the run's number; empty if it has ended, or nobody shares the database. */
    private Optional<Long> ask(String runId) {
        if (!log.shared()) {
            return Optional.empty();
        }
        return database.write(sql -> {
            Optional<Long> number = AskStore.cancel(sql, runId) ? Store.runNumber(sql, runId) : Optional.empty();
            if (number.isPresent()) {
                log.changed(sql, number.get());
            }
            return number;
        });
    }

    private void awaitChange(long number) {
        try {
            log.awaitChange(number, LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while another node was to change a run", e);
        }
    }
}
