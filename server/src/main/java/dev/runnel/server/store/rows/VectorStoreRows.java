package dev.runnel.server.store.rows;

import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.vectorstore.FileCounts;
import dev.runnel.protocol.vectorstore.StoreExpiry;
import dev.runnel.protocol.vectorstore.StoreStatus;
import dev.runnel.protocol.vectorstore.VectorStore;
import dev.runnel.server.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The statements about vector stores. Times are in seconds since the epoch. Static and without state.
 */
public final class VectorStoreRows {
    private static final RowShape<VectorStore> SHAPE = new RowShape<>(
            "json, last_active_at, expires_at, expired", VectorStoreRows::read);

    private VectorStoreRows() {}

    /** Keeps a new store; when it expires follows from its last use. */
    public static void insert(Sql sql, String project, VectorStore store) throws SQLException {
        sql.update(
                "INSERT INTO vector_stores (id, project, last_active_at, expires_at, json) VALUES (?, ?, ?, ?, ?)",
                store.id(),
                project,
                store.lastActiveAt(),
                store.expiresAt(),
                json(store));
    }

    /** Keeps a changed store. */
    public static void update(Sql sql, VectorStore store) throws SQLException {
        sql.update(
                "UPDATE vector_stores SET last_active_at = ?, expires_at = ?, json = ? WHERE id = ?",
                store.lastActiveAt(),
                store.expiresAt(),
                json(store),
                store.id());
    }

    /** A project's store by its id, as it is at a time. */
    public static Optional<VectorStore> find(Sql sql, String project, String id, long now) throws SQLException {
        Optional<VectorStore> store = sql.first(
                SHAPE.mapper(),
                "SELECT " + SHAPE.columns() + " FROM vector_stores WHERE project = ? AND id = ?",
                project,
                id);
        return store.isPresent() ? Optional.of(counted(sql, store.get(), now)) : store;
    }

    /** Whether there is a store. If so, it stays until the transaction has ended, whatever other nodes do. */
    public static boolean keep(Sql sql, String id) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM vector_stores WHERE id = ?" + sql.kept(), id).isPresent();
    }

    /** A store by its id, in any project, as it is at a time. */
    public static Optional<VectorStore> find(Sql sql, String id, long now) throws SQLException {
        Optional<String> project = sql.first(
                row -> row.getString(1), "SELECT project FROM vector_stores WHERE id = ?", id);
        return project.isPresent() ? find(sql, project.get(), id, now) : Optional.empty();
    }

    /**
     * A page of a project's stores.
     *
     * @throws UnknownCursorException if the page's cursor is the id of no object that was ever in the list
     */
    public static Page<VectorStore> list(Sql sql, String project, PageRequest request, long now) throws SQLException {
        Page<VectorStore> page = storesOf(project).page(sql, request);
        List<VectorStore> counted = new ArrayList<>();
        for (VectorStore store : page.data()) {
            counted.add(counted(sql, store, now));
        }
        return new Page<>(counted, page.firstId(), page.lastId(), page.hasMore());
    }

    /** Deletes a store and all that it holds; false if there is none. Its chunks are removed by and by. */
    public static boolean delete(Sql sql, String project, String id, long now) throws SQLException {
        if (!storesOf(project).delete(sql, id)) {
            return false;
        }
        StoreFileRows.giveUpChunks(sql, id, now);
        sql.update("DELETE FROM store_files WHERE store_id = ?", id);
        sql.update("DELETE FROM store_batches WHERE store_id = ?", id);
        return true;
    }

    /** Whether a store expires at this time or before, and what it held has not been given up. */
    public static boolean hasExpired(Sql sql, long now) throws SQLException {
        return sql.first(
                row -> true, "SELECT 1 FROM vector_stores WHERE expires_at <= ? AND NOT expired LIMIT 1", now)
                .isPresent();
    }

    /**
     * Gives up what stores hold that expire at this time or before, of at most so many; returns of how many. The stores and
     * the lists of their files stay. Files in progress are cancelled.
     */
    public static int expire(Sql sql, long now, int limit) throws SQLException {
        List<String> ids = sql.list(
                row -> row.getString(1),
                "SELECT id FROM vector_stores WHERE expires_at <= ? AND NOT expired LIMIT ?",
                now,
                limit);
        for (String id : ids) {
            sql.update("UPDATE vector_stores SET expired = TRUE WHERE id = ?", id);
            StoreFileRows.giveUpChunks(sql, id, now);
            StoreFileRows.cancel(sql, id, null);
        }
        return ids.size();
    }

    /** A time of last use, and when the store then expires. */
    public static VectorStore usedAt(VectorStore store, long now) {
        StoreExpiry expiry = store.expiresAfter();
        Long expiresAt = expiry == null ? null : (Long) (now + TimeUnit.DAYS.toSeconds(expiry.days()));
        return with(store, store.fileCounts(), store.usageBytes(), store.status(), expiresAt, now);
    }

    private static VectorStore counted(Sql sql, VectorStore store, long now) throws SQLException {
        FileCounts counts = StoreFileRows.counts(sql, store.id(), null);
        Long expiresAt = store.expiresAt();
        StoreStatus status = store.status() == StoreStatus.EXPIRED || (expiresAt != null && expiresAt <= now)
                ? StoreStatus.EXPIRED
                : counts.inProgress() > 0 ? StoreStatus.IN_PROGRESS : StoreStatus.COMPLETED;
        return with(
                store, counts, StoreFileRows.usage(sql, store.id()), status, expiresAt, store.lastActiveAt());
    }

    private static VectorStore with(VectorStore store, FileCounts counts, long usage, StoreStatus status,
            @Nullable Long expiresAt, @Nullable Long lastActiveAt) {
        return new VectorStore(
                store.id(), store.createdAt(), store.name(), store.description(), usage, counts, status,
                store.expiresAfter(), expiresAt,
                lastActiveAt, store.metadata());
    }

    private static Listing<VectorStore> storesOf(String project) {
        return Listing.of("vector_stores", "project", project, SHAPE, VectorStore::id);
    }

    private static VectorStore read(ResultSet row) throws SQLException {
        VectorStore store = RowShape.json(row, VectorStore.class);
        long expiresAt = row.getLong(3);
        boolean never = row.wasNull();
        return with(
                store, FileCounts.NONE, 0, row.getBoolean(4) ? StoreStatus.EXPIRED : StoreStatus.COMPLETED,
                never ? null : expiresAt, row.getLong(2));
    }

    private static String json(VectorStore store) {
        return RowShape.json(with(store, FileCounts.NONE, 0, StoreStatus.COMPLETED, null, null));
    }
}
