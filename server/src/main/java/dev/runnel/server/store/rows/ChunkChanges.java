package dev.runnel.server.store.rows;

import dev.runnel.server.base.Ids;
import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The statements about the list of changes of chunks, which indexes follow. A transaction that takes numbers holds the list's
 * row until it commits, so changes become visible in the order of their numbers. Static and without state.
 */
public final class ChunkChanges {
    private ChunkChanges() {}

    /**
     * The state of the list.
     *
     * @param identity the list's name
     * @param newest the number of the newest change, 0 if there is none
     * @param forgotten removals up to this number are no longer kept
     */
    public record State(String identity, long newest, long forgotten) {}

    /** The removal of a file's chunks from a store; of all of the store's chunks if the file is null. */
    public record Removal(long change, String store, @Nullable String file) {}

    /** Makes the list, if there is none. */
    public static void begin(Sql sql) throws SQLException {
        sql.update(
                "INSERT INTO chunk_changes (id, identity, newest, forgotten) VALUES (1, ?, 0, 0) ON CONFLICT DO NOTHING",
                Ids.changeList());
    }

    /** The state of the list; empty if there is none yet. */
    public static Optional<State> state(Sql sql) throws SQLException {
        return sql.first(
                row -> new State(row.getString(1), row.getLong(2), row.getLong(3)),
                "SELECT identity, newest, forgotten FROM chunk_changes");
    }

    /** Takes the next numbers of the list, and returns the last one. */
    static long take(Sql sql, long count) throws SQLException {
        begin(sql);
        return sql.first(
                row -> row.getLong(1), "UPDATE chunk_changes SET newest = newest + ? RETURNING newest", count)
                .orElseThrow();
    }

    /** Notes a removal, at a time in seconds since the epoch. */
    static void removed(Sql sql, String store, @Nullable String file, long now) throws SQLException {
        sql.update(
                "INSERT INTO chunk_removals (change, store_id, file_id, removed_at) VALUES (?, ?, ?, ?)",
                take(sql, 1),
                store,
                file,
                now);
    }

    /** The removals after a change, in order. */
    public static List<Removal> removals(Sql sql, long after, int limit) throws SQLException {
        return sql.list(
                row -> new Removal(row.getLong(1), row.getString(2), row.getString(3)),
                "SELECT change, store_id, file_id FROM chunk_removals WHERE change > ? ORDER BY change LIMIT ?",
                after,
                limit);
    }

    /** Forgets removals of this time or before, at most so many; returns how many. */
    public static int forget(Sql sql, long time, int limit) throws SQLException {
        List<Long> old = sql.list(
                row -> row.getLong(1),
                row -> true,
                "SELECT change FROM chunk_removals WHERE removed_at <= ? ORDER BY change LIMIT ?",
                time,
                limit);
        if (!old.isEmpty()) {
            sql.update("DELETE FROM chunk_removals WHERE change <= ?", old.getLast());
            sql.update("UPDATE chunk_changes SET forgotten = ? WHERE forgotten < ?", old.getLast(), old.getLast());
        }
        return old.size();
    }
}
