package dev.runnel.server.log;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The tail of a log that is not open on this node: its entries are in the store. If the run is under way, either another
 * node executes it, or it is just being created or resumed, and its log will be open soon. For one reader.
 */
final class ClosedLogTail implements Tail {
    /** How often to look at the store while the log is not open: a notice of a change may be lost. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final OpenLogs logs;
    private final RunLogStore store;
    private final long run;

    /** Whether this node is told of what another writes to the run. */
    private boolean watched;

    ClosedLogTail(OpenLogs logs, long run) {
        this.logs = logs;
        this.store = logs.store();
        this.run = run;
    }

    @Override
    public Found await(long position, Duration timeout, boolean follow) throws InterruptedException {
        CompletableFuture<Void> arrival = logs.arrivals().next(run);
        if (store.complete(run)) {
            LogEntry last = store.last(run).orElse(null);
            if (last == null) {
                return new Found.AtRest(true); // the events of a run that has ended were removed
            } else if (last.position() > position) {
                return new Found.InStore();
            } else if (follow ? last.terminal() : last.atRest()) {
                return new Found.AtRest(last.terminal());
            }
        }
        if (logs.isClosed()) {
            return new Found.Closed();
        }
        if (!logs.isOpen(run)) {
            if (!watched && !timeout.isZero()) {
                store.watch(run);
                watched = true;
                return new Found.Nothing(); // to look again first
            }
            logs.arrivals().await(run, arrival, timeout.compareTo(LOOK) < 0 ? timeout : LOOK);
        }
        return new Found.Nothing();
    }
}
