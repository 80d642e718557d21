package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Run;
import dev.runnel.server.engine.runs.RunSession.Stop;
import dev.runnel.server.store.OwnershipLostException;
import dev.runnel.server.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/**
 * Stops runs under way, and lets their sessions go: when a run has ended, when it rests, and when it was given up.
 * Thread-safe.
 */
final class RunControl {
    private static final System.Logger LOG = System.getLogger(RunControl.class.getName());

    private final RunContext context;
    private final Sessions sessions;
    private final Runnable whenGivenUp;

    /** @param whenGivenUp has a run that was given up taken up from the database, a little later */
    RunControl(RunContext context, Sessions sessions, Runnable whenGivenUp) {
        this.context = context;
        this.sessions = sessions;
        this.whenGivenUp = whenGivenUp;
    }

    /** Takes a session out of the runs under way. */
    void letGo(RunSession session) {
        context.observer().letGo(session.run()); // first: once it is removed, it can be taken up again
        sessions.remove(session);
        session.letGo();
    }

    /** Ends a run. If a worker executes it, the worker writes the ending a moment later. */
    void stop(RunSession session, Stop reason) {
        try {
            if (!session.stop(reason)) {
                settle(session);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StoreException e) {
            giveUp(session, e);
        }
    }

    /**
     * Writes the ending that a stop asks for, if there is none yet. If the run has ended, the session is closed and
     * removed.
     */
    void settle(RunSession session) throws InterruptedException {
        if (session.writeEnding(context.now()).terminal()) {
            long begun = System.nanoTime();
            session.end();
            context.observer().committed(session.run(), Duration.ofNanos(System.nanoTime() - begun));
            letGo(session);
        }
    }

    /** Lets a run go that waits for a request, if the request may come to any node. */
    void letRest(RunSession session) throws InterruptedException {
        if (context.log().shared() && session.rest()) {
            letGo(session);
        }
    }

    /** As {@link #letRest}, when the request is over for which the run was taken up; it may have been refused. */
    void release(RunSession session) {
        try {
            letRest(session);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StoreException e) {
            giveUp(session, e);
        }
    }

    /**
     * Whether this node still has the run, so that the session's state is the run's. If not, the session is given up: a
     * node that slept may have asked it before it heard of its loss.
     */
    boolean keeps(RunSession session) {
        boolean held = context.log().holds(session.lease());
        if (!held) {
            lose(session);
        }
        return held;
    }

    /** Gives a session up because another node has taken its run, or is free to. */
    void lose(RunSession session) {
        session.stop(Stop.LOST);
        if (session.abandon()) {
            LOG.log(Level.WARNING, "another server has taken over run {0}; this server stops executing it",
                    session.runId());
            letGo(session);
        }
    }

    /**
     * Gives a session up after a failure. Its state may then differ from the database's, so the run is taken up from
     * the database, as after a restart. Worker and requests may all meet the failure; the first one gives the session up.
     */
    void giveUp(RunSession session, Throwable cause) {
        if (cause instanceof OwnershipLostException) {
            lose(session);
        } else if (session.abandon()) {
            LOG.log(Level.ERROR,
                    "run " + session.runId() + " could not be written; the server will continue it from the database",
                    cause);
            letGo(session);
        }
        whenGivenUp.run();
    }

    /**
     * Cancels a run. Its model call is closed at once, and then the run becomes {@code cancelled}.
     *
     * @return the run as {@code cancelling}; empty if it has ended
     */
    Optional<Run> cancel(RunSession session) {
        return keeping(session, () -> {
            Optional<Run> cancelling = session.announceCancel();
            if (cancelling.isPresent()) {
                stop(session, Stop.CANCEL);
                session.flush();
            }
            return cancelling;
        });
    }

    /** A change to a run on request. */
    @FunctionalInterface
    interface Action<T> {
        T run() throws InterruptedException;
    }

    /** Changes a run, and gives its session up if the change cannot be written. */
    <T> T keeping(RunSession session, Action<T> action) {
        try {
            return action.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while changing a run", e);
        } catch (StoreException e) {
            giveUp(session, e);
            throw e;
        }
    }
}
