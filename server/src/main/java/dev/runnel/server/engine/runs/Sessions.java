package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Message;
import dev.runnel.protocol.RunFold;
import dev.runnel.protocol.RunStep;
import dev.runnel.server.engine.conversations.OpenMessages;
import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.rows.Store;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The runs under way on this node, by id. A run has a place here from before its row is committed until its end is
 * durable. So a caller that knows of a run that has not ended finds its session, or waits a moment for it. Thread-safe.
 */
public final class Sessions implements OpenMessages {
    /** The longest wait for a session, while its run is being created or taken up. */
    private static final long OPENING_MILLIS = 1_000;

    private final Database database;
    private final RunLog log;
    private final ConcurrentMap<String, Place> places = new ConcurrentHashMap<>();

    /** No runs yet; those of other nodes are in the database. */
    public Sessions(Database database, RunLog log) {
        this.database = database;
        this.log = log;
    }

    /** A run's place. The caller that reserved it fills it; closing gives back a place that was not filled. */
    final class Place implements AutoCloseable {
        private final String runId;
        private final CompletableFuture<Optional<RunSession>> session = new CompletableFuture<>();

        private Place(String runId) {
            this.runId = runId;
        }

        void fill(RunSession opened) {
            session.complete(Optional.of(opened));
        }

        @Override
        public void close() {
            if (session.complete(Optional.empty())) {
                places.remove(runId, this);
            }
        }

        private boolean holds(RunSession held) {
            return session.getNow(Optional.empty()).filter(held::equals).isPresent();
        }
    }

    /** Reserves a run's place; empty if the run has one already. */
    Optional<Place> reserve(String runId) {
        Place place = new Place(runId);
        return places.putIfAbsent(runId, place) == null ? Optional.of(place) : Optional.empty();
    }

    void remove(RunSession session) {
        places.computeIfPresent(session.runId(), (id, place) -> place.holds(session) ? null : place);
    }

    /**
     * A run's session. If the run is being created or taken up, this waits for the session, for at most a second. Empty
     * if the run does not exist, has ended or was given up for now; the database tells which.
     */
    Optional<RunSession> find(String runId) {
        Place place = places.get(runId);
        return place == null
                ? Optional.empty()
                : place.session.copy()
                        .completeOnTimeout(Optional.empty(), OPENING_MILLIS, TimeUnit.MILLISECONDS)
                        .join();
    }

    Collection<RunSession> all() {
        return places.values().stream()
                .flatMap(place -> place.session.getNow(Optional.empty()).stream())
                .toList();
    }

    @Override
    public Optional<Message> find(String runId, String messageId) {
        return see(runId, session -> session.message(messageId), fold -> fold.message(messageId));
    }

    /** A step of a run, with all that has been written of it. Empty if the run is not under way. */
    Optional<RunStep> step(String runId, String stepId) {
        return see(runId, session -> session.step(stepId), fold -> fold.step(stepId));
    }

    /** Sees a run that is under way here or, as far as it is durable, on another node. */
    private <T> Optional<T> see(String runId, Function<RunSession, Optional<T>> here,
            Function<RunFold, Optional<T>> elsewhere) {
        Optional<RunSession> session = find(runId);
        if (session.isPresent()) {
            Optional<T> seen = here.apply(session.get());
            if (log.holds(session.get().lease())) {
                return seen;
            }
        }
        return durable(runId).flatMap(elsewhere);
    }

    /** The fold of an active run's log as it is in the database. */
    private Optional<RunFold> durable(String runId) {
        Optional<Long> number = database.read(
                sql -> Store.isActive(sql, runId) ? Store.runNumber(sql, runId) : Optional.empty());
        return number.map(run -> {
            RunFold fold = new RunFold();
            log.replay(run, entry -> fold.apply(entry.event()));
            return fold;
        });
    }

    @Override
    public <T> T relabel(String runId, String messageId, Map<String, String> metadata, Supplier<T> keep) {
        Optional<RunSession> session = find(runId);
        return session.isPresent() ? session.get().relabel(messageId, metadata, keep) : keep.get();
    }
}
