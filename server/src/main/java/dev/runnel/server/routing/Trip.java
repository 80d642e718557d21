package dev.runnel.server.routing;

import dev.runnel.model.ErrorAnswerException;
import dev.runnel.model.ModelException;
import dev.runnel.protocol.ApiError;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The way of one call through the servers that may answer it, until one does. One thread at a time. */
final class Trip {
    private static final System.Logger LOG = System.getLogger(Trip.class.getName());

    /** How long a call waits for a server that has as many as it takes. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String asked;
    private final List<Candidate> left;
    private final boolean choice;
    private final Room room;
    private final List<String> detours = new ArrayList<>();

    Trip(String asked, List<Candidate> candidates, Room room) {
        this.asked = asked;
        this.left = new ArrayList<>(candidates);
        this.choice = candidates.size() > 1;
        this.room = room;
    }

    /** A call that was made. */
    record Made<T>(T result, Permit permit) {}

    /** The name that the caller asked for. */
    String asked() {
        return asked;
    }

    /** Whether there was more than one server to ask. */
    boolean choice() {
        return choice;
    }

    /** Which servers failed before one answered, and how; empty if the first did. */
    List<String> detours() {
        return List.copyOf(detours);
    }

    /**
     * Makes the call at the first server that takes it.
     *
     * @throws ModelException of the last one that failed
     */
    <T> Made<T> make(Function<Permit, T> call) {
        while (true) {
            Permit permit = enter();
            try {
                return new Made<>(call.apply(permit), permit);
            } catch (ModelException e) {
                failed(permit, e);
            } catch (RuntimeException e) {
                permit.end();
                throw e;
            }
        }
    }

    /**
     * A call failed before its first token.
     *
     * @throws ModelException the failure, if no other server is to be asked
     */
    void failed(Permit permit, ModelException failure) {
        if (Thread.currentThread().isInterrupted()) {
            permit.end(); // its caller ended it
            throw failure;
        }
        permit.failed(failure);
        if (failure.kind() == ModelException.Kind.INVALID_PROMPT || left.isEmpty()) {
            throw failure;
        }
        detours.add(permit.server() + ": " + failure.getMessage());
        LOG.log(Level.INFO, "model {0}: {1} failed, and another server is asked: {2}", asked, permit.server(),
                failure.getMessage());
    }

    private Permit enter() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            long soonest = Long.MAX_VALUE;
            boolean full = false;
            for (Candidate candidate : left) {
                UpstreamServer.Refusal refusal = candidate.server().enter();
                if (refusal == null) {
                    left.remove(candidate);
                    return new Permit(candidate.server(), candidate.model());
                }
                full |= !refusal.resting();
                soonest = Math.min(soonest, refusal.nanos());
            }
            if (!full) {
                throw refused(503, ModelException.Kind.SERVER_ERROR, soonest,
                        "The model servers for '" + asked + "' have failed, and are left alone for a while.");
            }
            if (System.nanoTime() - end > 0) {
                throw refused(429, ModelException.Kind.RATE_LIMIT_EXCEEDED, soonest,
                        "The model servers for '" + asked + "' have as many calls as they may get.");
            }
            room.await(soonest);
        }
    }

    private static ErrorAnswerException refused(int status, ModelException.Kind kind, long nanos, String message) {
        String type = status == 429 ? "rate_limit_error" : "server_error";
        String code = status == 429 ? "rate_limit_exceeded" : null;
        Duration wait = Duration.ofNanos(Math.min(nanos, TimeUnit.MINUTES.toNanos(1)));
        return new ErrorAnswerException(kind, status, new ApiError(message, type, null, code), wait, null);
    }
}
