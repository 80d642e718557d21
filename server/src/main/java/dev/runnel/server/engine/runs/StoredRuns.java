package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.RunFold;
import dev.runnel.server.base.Project;
import dev.runnel.server.log.LogEntry;
import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Lease;
import dev.runnel.server.store.rows.ActiveRuns;
import dev.runnel.server.store.rows.AskStore;
import dev.runnel.server.store.rows.CrashStore;
import dev.runnel.server.store.rows.StepNotes;
import dev.runnel.server.store.rows.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the database for runs that have not ended, and rebuilds the state of a run from its log. Thread-safe. */
final class StoredRuns {
    private final Database database;
    private final RunLog log;
    private final RunContext context;

    StoredRuns(RunContext context) {
        this.context = context;
        this.database = context.database();
        this.log = context.log();
    }

    /**
     * The runs that this node may and should go on with, oldest first: so many at most, and those whose end was asked for.
     */
    List<Run> free(int most) {
        List<Run> runs = new ArrayList<>();
        List<Long> free = log.free();
        Set<Long> ending = free.size() <= most ? Set.of() : database.read(AskStore::cancelAsked);
        int taken = 0;
        for (long number : free) {
            if (taken < most || ending.contains(number)) {
                database.read(sql -> Store.run(sql, number)).ifPresent(runs::add);
                taken++;
            }
        }
        return runs;
    }

    /** The active run with this id, if there is one. */
    Optional<Run> active(String runId) {
        return database.read(sql -> Store.activeRunById(sql, runId));
    }

    /** Whether a run's end was asked for while no session was here. */
    boolean isCancelAsked(String runId) {
        return database.read(sql -> AskStore.isCancelAsked(sql, runId));
    }

    /** Whether a run has not ended. */
    boolean isActive(String runId) {
        return database.read(sql -> Store.isActive(sql, runId));
    }

    /** Takes a run's lease and rebuilds its state. Empty if the run has ended, or another node has its lease. */
    Optional<RunState> take(Run listed) {
        Optional<Long> number = database.read(sql -> Store.runNumber(sql, listed.id()));
        Optional<Lease> lease = number.flatMap(log::take);
        if (lease.isEmpty()) {
            return Optional.empty();
        }
        // Read under the lease: until then another node may have gone on with the run.
        Optional<Run> stored = active(listed.id());
        Optional<String> project = database.read(sql -> ActiveRuns.project(sql, listed.id()));
        if (stored.isEmpty() || project.isEmpty()) {
            log.giveBack(lease.get());
            return Optional.empty();
        }
        RunFold fold = new RunFold();
        List<LogEntry> last = log.replay(number.get(), entry -> fold.apply(entry.event())).stream().toList();
        takeIn(fold, stored.get());
        Map<String, StepNotes> notes = database.read(sql -> Store.notes(sql, listed.id()));
        return Optional.of(
                new RunState(new Project(project.get()), listed.id(), true, fold, log.append(lease.get(), last), notes,
                        context));
    }

    /**
     * Adds what the log does not have: metadata that was changed after the last event, and which options were not set.
     */
    private void takeIn(RunFold fold, Run stored) {
        fold.apply(RunEvent.RunChanged.of(stored));
        fold.openMessage().ifPresent(open -> database
                .read(sql -> Store.message(sql, open.threadId(), open.id()))
                .ifPresent(row -> fold.apply(RunEvent.MessageChanged.of(open.withMetadata(row.metadata())))));
    }

    /** How often a run that was cut off has been tried, over all crashes; at least 1. */
    int tries(String runId) {
        return Math.max(1, database.read(sql -> CrashStore.tries(sql, runId)));
    }
}
