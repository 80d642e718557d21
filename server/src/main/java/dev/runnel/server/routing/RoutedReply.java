package dev.runnel.server.routing;

import dev.runnel.model.ModelException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A streamed reply that comes from the first server which gives one. Until its first piece has come, another server can take its place. One
 * thread reads it; any thread may close it.
 *
 * @param <S> what the reply is read from
 */
final class RoutedReply<S> {
    private final Trip trip;
    private final Consumer<S> closing;

    /** The call that is read from. Replaced under this object's lock. */
    private volatile Trip.Made<S> call;

    // Guarded by this.
    private boolean closed;

    // For the reading thread alone.
    /** Asks a server; null from the first piece on, so that a long stream does not keep the request in memory. */
    private @Nullable Function<Permit, S> opening;
    private @Nullable ModelException early;

    /** Asks the servers until one answers. */
    RoutedReply(Trip trip, Function<Permit, S> opening, Consumer<S> closing) {
        this.trip = trip;
        this.opening = opening;
        this.closing = closing;
        this.call = trip.make(opening);
    }

    Trip trip() {
        return trip;
    }

    /** The call whose reply is read. */
    Permit permit() {
        return call.permit();
    }

    /** A piece has come, or the end: from now on no other server can answer. Returns whether it is the first one. */
    boolean begin() {
        if (opening == null) {
            return false;
        }
        opening = null;
        permit().answered();
        return true;
    }

    /** Waits for the next piece, if need be of another server. Null at the end. */
    <T> @Nullable T next(Function<S, @Nullable T> reading) {
        while (true) {
            try {
                ModelException failure = early;
                if (failure != null) {
                    early = null;
                    throw failure;
                }
                return reading.apply(call.result());
            } catch (ModelException e) {
                goElsewhere(e);
            }
        }
    }

    /** The next piece if it has arrived; never waits. */
    <T> @Nullable T arrived(Function<S, @Nullable T> reading) {
        if (early != null) {
            return null;
        }
        try {
            return reading.apply(call.result());
        } catch (ModelException e) {
            if (opening == null) {
                permit().failed(e);
                throw e;
            }
            early = e; // whoever answers instead is awaited by next()
            return null;
        }
    }

    private void goElsewhere(ModelException failure) {
        if (isClosed()) {
            permit().end();
            throw failure;
        }
        Function<Permit, S> again = opening;
        if (again == null) {
            permit().failed(failure);
            throw failure;
        }
        trip.failed(permit(), failure);
        closing.accept(call.result());
        Trip.Made<S> other = trip.make(again);
        synchronized (this) {
            call = other;
            if (!closed) {
                return;
            }
        }
        close(other);
        throw failure;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    void close() {
        Trip.Made<S> open;
        synchronized (this) {
            closed = true;
            open = call;
        }
        close(open);
    }

    private void close(Trip.Made<S> open) {
        open.permit().end();
        closing.accept(open.result());
    }
}
