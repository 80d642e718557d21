package dev.runnel.server.engine.runs;

import dev.runnel.server.store.Lease;
import dev.runnel.server.store.Leases;
import dev.runnel.server.store.StoreException;
import java.lang.System.Logger.Level;
import java.util.Collection;

/**
 * What the nodes that share a database do to each other's runs: a run that a node has left is taken up, one that another
 * node has taken is let go, and requests that came to another node reach the run here. Thread-safe.
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
        sessions.all().stream().filter(session -> session.lease().equals(lease)).forEach(executor::lose);
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

    /** What fails is asked for again: the wish stays in the run's row. */
    private void look(RunSession session) {
        try {
            executor.look(session);
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "what another node asked of run " + session.runId() + " cannot be done", e);
        }
    }
}
