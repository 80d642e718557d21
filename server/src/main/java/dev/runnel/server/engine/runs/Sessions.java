package dev.runnel.server.engine.runs;

import dev.runnel.protocol.Message;
import dev.runnel.server.engine.conversations.OpenMessages;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The runs under way on this node, by id. A run has its place here before the database knows of it, and until its end is durable: whoever
 * was told of a run that has not ended finds its session, or waits a moment for it. Thread-safe.
 */
public final class Sessions implements OpenMessages {
    /** How long a session is waited for at most, while its run is written or read for the first time. */
    private static final long OPENING_MILLIS = 1_000;

    private final ConcurrentMap<String, Place> places = new ConcurrentHashMap<>();

    /** A run's place, for the one who took it: to be filled, or else to be given back by closing it. */
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

    /** Takes a run's place; empty if it is taken. */
    Optional<Place> reserve(String runId) {
        Place place = new Place(runId);
        return places.putIfAbsent(runId, place) == null ? Optional.of(place) : Optional.empty();
    }

    void remove(RunSession session) {
        places.computeIfPresent(session.runId(), (id, place) -> place.holds(session) ? null : place);
    }

    /**
     * A run's session; of a run that is being created or taken up, once it is there. If there is none, the run is not there, has ended
     * or was given up for now, and the database tells which.
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
        return find(runId).flatMap(session -> session.message(messageId));
    }

    @Override
    public <T> T relabel(String runId, String messageId, Map<String, String> metadata, Supplier<T> keep) {
        Optional<RunSession> session = find(runId);
        return session.isPresent() ? session.get().relabel(messageId, metadata, keep) : keep.get();
    }
}
