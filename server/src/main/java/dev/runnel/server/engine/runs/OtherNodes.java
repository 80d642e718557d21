package dev.runnel.server.engine.runs;

import dev.runnel.server.store.Lease;
import dev.runnel.server.store.Leases;
import dev.runnel.server.store.StoreException;
import java.lang.System.Logger.Level;
import java.util.Collection;

/**
 * The effects of other nodes that share the database: this node takes up runs that a node has left, lets go of runs that
 * another node has taken, and carries out requests for its runs that came to another node. Thread-safe.
 */
final class OtherNodes implements Leases.Holder {
    private static final System.Logger LOG = System.getLogger(OtherNodes.class.getName());

    private final Sessions sessions;
    private final RunExecutor executor;

    OtherNodes(Sessions sessions, RunExecutor executor) {
        this.sessions = sessions;
        this.executor = executor;
    }

    @Override
    public Collection<Lease> held() {
        return sessions.all().stream().map(RunSession::lease).toList();
    }

    @Override
    public void lost(Lease lease) {
        sessions.all().stream().filter(session -> session.lease().equals(lease)).forEach(executor.control()::lose);
    }

    @Override
    public void free(int runs) {
        executor.knowFree(runs);
        if (runs > 0) {
            Thread.ofVirtual().name("take-over").start(executor::recoverOrTryAgain);
        }
    }

    @Override
    public void asked(long run) {
        sessions.all().stream()
                .filter(session -> session.lease().run() == run)
                .forEach(session -> Thread.ofVirtual().name("asked").start(() -> look(session)));
    }

    /** Carries out a request. A request that fails stays in the run's row, and is carried out later. */
    private void look(RunSession session) {
        try {
            executor.look(session);
        } catch (StoreException e) {
            LOG.log(Level.WARNING,
                    "cannot read what other servers requested for run " + session.runId() + "; the server tries again",
                    e);
        }
    }
}
