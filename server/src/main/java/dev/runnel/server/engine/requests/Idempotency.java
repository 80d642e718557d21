package dev.runnel.server.engine.requests;

import dev.runnel.server.base.Project;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
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
 * Carries out requests that have a key once: a key is kept in the transaction that does what was asked, so that neither is ever
 * there without the other, and a request that fails leaves its key unused. Thread-safe.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/">The Idempotency-Key header</a>
 */
public final class Idempotency {
    /** How long a key stands for what was done. */
    static final Duration LIFETIME = Duration.ofHours(24);

    private static final int REMOVED_AT_ONCE = 1_000;

    private final Database database;
    private final InstantSource clock;

    /** The keys of requests that are being carried out: one server at a time has the database. */
    private final Set<Claim> claims = ConcurrentHashMap.newKeySet();

    public Idempotency(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    private record Claim(Project project, String key) {}

    /** Notes what was done; belongs into the transaction that does it. */
    @FunctionalInterface
    public interface Note {
        /** Notes a thread, the object that is the answer, and where its log stood before, if it is a run. */
        void write(Sql sql, String threadId, String objectId, long position) throws SQLException;
    }

    /**
     * Does what was asked, or finds what was done when it was asked before.
     *
     * @throws RejectedException if the key stands for another request, or for one that is being carried out
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
                return action.apply((sql, threadId, objectId, position) -> IdempotencyStore.put(
                        sql, project.name(), claim.key(),
                        new Done(key.get().request(), threadId, objectId, position), now()));
            }
            if (!done.get().request().equals(key.get().request())) {
                throw RejectedException.keyReused(claim.key());
            }
            return doneBefore.apply(done.get());
        } finally {
            claims.remove(claim);
        }
    }

    private Optional<Done> find(Claim claim) {
        return database.read(sql -> IdempotencyStore.find(sql, claim.project().name(), claim.key(), oldest()));
    }

    /** Removes keys that are older than they count, a bounded number; answers whether there may be more. */
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
