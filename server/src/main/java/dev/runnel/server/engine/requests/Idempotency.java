package dev.runnel.server.engine.requests;

import dev.runnel.server.base.Project;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Outage;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.store.rows.IdempotencyStore;
import dev.runnel.server.store.rows.IdempotencyStore.Done;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Carries out a request with a key once. The key is stored in the transaction that carries out the request, so neither
 * is stored without the other, and a request that fails leaves its key unused. Thread-safe.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/">The Idempotency-Key header</a>
 */
public final class Idempotency {
    /** How long a key is remembered. */
    static final Duration LIFETIME = Duration.ofHours(24);

    private static final int REMOVED_AT_ONCE = 1_000;

    private final Database database;
    private final InstantSource clock;

    /** Nothing of the request was carried out. When it is sent again, the other node's result is its answer. */
    private static final Outage KEY_TAKEN = new Outage(
            "another server carried out a request with the same Idempotency-Key at the same time", false);

    /** The keys of requests that this node is carrying out. */
    private final Set<Claim> claims = ConcurrentHashMap.newKeySet();

    public Idempotency(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    private record Claim(Project project, String key) {}

    /** Stores the result of a request with its key. To be called in the transaction that carries out the request. */
    @FunctionalInterface
    public interface Note {
        /**
         * Stores the result: the thread, the object that is the answer, and if that is a run, the position of its log
         * before the request.
         */
        void write(Sql sql, String threadId, String objectId, long position) throws SQLException;
    }

    /**
     * Carries out a request, or finds the result of an earlier request with the same key.
     *
     * @throws RejectedException if the key was used for another request, or its request is being carried out
     */
    public <T> T once(
            Project project, Optional<IdempotencyKey> key, Function<Note, T> action, Function<Done, T> doneBefore) {
        if (key.isEmpty()) {
            return action.apply((sql, threadId, objectId, position) -> {});
        }
        Claim claim = new Claim(project, key.get().value());
        if (!claims.add(claim)) {
            throw RejectedException.keyInUse(claim.key());
        }
        try {
            Optional<Done> done = find(claim);
            if (done.isEmpty()) {
                return action.apply((sql, threadId, objectId, position) -> note(
                        sql, claim, new Done(key.get().request(), threadId, objectId, position)));
            }
            if (!done.get().request().equals(key.get().request())) {
                throw RejectedException.keyReused(claim.key());
            }
            return doneBefore.apply(done.get());
        } finally {
            claims.remove(claim);
        }
    }

    private void note(Sql sql, Claim claim, Done done) throws SQLException {
        if (!IdempotencyStore.put(sql, claim.project().name(), claim.key(), done, now(), oldest())) {
            throw new StoreException(
                    "another node has carried out a request with the same key", null, Optional.of(KEY_TAKEN));
        }
    }

    private Optional<Done> find(Claim claim) {
        return database.read(sql -> IdempotencyStore.find(sql, claim.project().name(), claim.key(), oldest()));
    }

    /** Removes a bounded number of expired keys. Returns whether there may be more. */
    public boolean removeOld() {
        return database.write(sql -> IdempotencyStore.deleteUntil(sql, oldest(), REMOVED_AT_ONCE)) == REMOVED_AT_ONCE;
    }

    private long oldest() {
        return now() - LIFETIME.toSeconds();
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
