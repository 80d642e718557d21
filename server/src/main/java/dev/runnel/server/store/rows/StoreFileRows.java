package dev.runnel.server.store.rows;

import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.vectorstore.FileCounts;
import dev.runnel.protocol.vectorstore.StoreFile;
import dev.runnel.protocol.vectorstore.StoreFileStatus;
import dev.runnel.server.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The statements about files in vector stores, and their batches. Each file in a store has a number, which names its chunks.
 * Times are in seconds since the epoch. Static and without state.
 *
 * <p>What changes a file locks rows in one order, so that nodes do not wait for each other in a circle: its work, its own row,
 * the list of changes.
 */
public final class StoreFileRows {
    private static final RowShape<StoreFile> SHAPE = new RowShape<>("json, status, usage_bytes", StoreFileRows::read);

    private StoreFileRows() {}

    /** Keeps a new file of a store, and schedules that it is made searchable. The store must not have the file. */
    public static void insert(Sql sql, StoreFile file, @Nullable String batch, long nowMillis) throws SQLException {
        long number = sql.first(
                row -> row.getLong(1),
                "INSERT INTO store_files (id, store_id, batch_id, status, json) VALUES (?, ?, ?, ?, ?) RETURNING seq",
                file.id(),
                file.vectorStoreId(),
                batch,
                file.status().wire(),
                RowShape.json(file)).orElseThrow();
        schedule(sql, number, nowMillis);
    }

    /** Schedules that the file of a number is made searchable, or anew. It waits for the turn of its project. */
    public static void schedule(Sql sql, long number, long nowMillis) throws SQLException {
        String project = sql.first(
                row -> row.getString(1),
                "SELECT project FROM vector_stores WHERE id = (SELECT store_id FROM store_files WHERE seq = ?)",
                number).orElse(DueStore.NO_TURN);
        DueStore.put(sql, DueStore.INGEST_FILE, Long.toString(number), project, nowMillis);
    }

    /** A store's file by the file's id. */
    public static Optional<StoreFile> find(Sql sql, String store, String id) throws SQLException {
        return sql.first(
                SHAPE.mapper(),
                "SELECT " + SHAPE.columns() + " FROM store_files WHERE store_id = ? AND id = ?",
                store,
                id);
    }

    /** The number of a store's file. */
    public static Optional<Long> number(Sql sql, String store, String id) throws SQLException {
        return sql.first(
                row -> row.getLong(1), "SELECT seq FROM store_files WHERE store_id = ? AND id = ?", store, id);
    }

    /**
     * A page of a store's files.
     *
     * @param batch only those of this batch; null for all
     * @param status only those in this state; null for all
     * @throws UnknownCursorException if the page's cursor is the id of no file that was ever in the store
     */
    public static Page<StoreFile> list(
            Sql sql, String store, @Nullable String batch, @Nullable StoreFileStatus status, PageRequest page)
            throws SQLException {
        return filesOf(store)
                .only("batch_id", batch)
                .only("status", status == null ? null : status.wire())
                .page(sql, page);
    }

    /** Moves a file to another batch. */
    public static void setBatch(Sql sql, String store, String id, String batch) throws SQLException {
        sql.update("UPDATE store_files SET batch_id = ? WHERE store_id = ? AND id = ?", batch, store, id);
    }

    /** Takes a file out of a store; false if the store does not have it. Its chunks are removed by and by. */
    public static boolean remove(Sql sql, String store, String id, long now) throws SQLException {
        Optional<Long> number = number(sql, store, id);
        if (number.isEmpty()) {
            return false;
        }
        endIngest(sql, number.get());
        if (!filesOf(store).delete(sql, id)) {
            return false; // another node has taken it out since
        }
        ChunkChanges.removed(sql, store, id, now);
        return true;
    }

    private static void endIngest(Sql sql, long number) throws SQLException {
        DueStore.remove(sql, DueStore.INGEST_FILE, Long.toString(number));
        ChunkRows.discard(sql, number);
    }

    private record InStore(String store, long number) {}

    /** Takes a file out of all stores. */
    static void removeEverywhere(Sql sql, String id, long now) throws SQLException {
        List<InStore> places = sql.list(
                row -> new InStore(row.getString(1), row.getLong(2)),
                "SELECT store_id, seq FROM store_files WHERE id = ? ORDER BY seq",
                id);
        for (InStore place : places) {
            endIngest(sql, place.number);
        }
        for (InStore place : places) {
            filesOf(place.store).delete(sql, id);
        }
        for (InStore place : places) {
            ChunkChanges.removed(sql, place.store, id, now);
        }
    }

    /** Gives up all chunks of a store. */
    static void giveUpChunks(Sql sql, String store, long now) throws SQLException {
        sql.update(
                "DELETE FROM due_work WHERE kind = ? AND subject IN"
                        + " (SELECT CAST(seq AS TEXT) FROM store_files WHERE store_id = ?)",
                DueStore.INGEST_FILE,
                store);
        sql.update(
                "INSERT INTO chunk_garbage (file) SELECT seq FROM store_files WHERE store_id = ? ON CONFLICT DO NOTHING",
                store);
        sql.update("UPDATE store_files SET last_change = NULL WHERE store_id = ?", store);
        ChunkChanges.removed(sql, store, null, now);
    }

    /** Cancels those files of a store that are in progress; only those of a batch, if one is given. */
    static void cancel(Sql sql, String store, @Nullable String batch) throws SQLException {
        for (long number : sql.list(
                row -> row.getLong(1),
                "SELECT seq FROM store_files WHERE status = '" + StoreFileStatus.IN_PROGRESS.wire() + "' AND "
                        + ofBatch(batch),
                ids(store, batch))) {
            DueStore.remove(sql, DueStore.INGEST_FILE, Long.toString(number));
            int cancelled = sql.update(
                    "UPDATE store_files SET status = ?, usage_bytes = 0 WHERE seq = ? AND status = ?",
                    StoreFileStatus.CANCELLED.wire(),
                    number,
                    StoreFileStatus.IN_PROGRESS.wire());
            if (cancelled > 0) { // otherwise another node has completed it since
                ChunkRows.discard(sql, number);
            }
        }
    }

    /** How many files of a store are in which state; only those of a batch, if one is given. */
    static FileCounts counts(Sql sql, String store, @Nullable String batch) throws SQLException {
        Map<StoreFileStatus, Long> counts = new EnumMap<>(StoreFileStatus.class);
        sql.list(
                row -> counts.put(status(row.getString(1)), row.getLong(2)),
                "SELECT status, COUNT(*) FROM store_files WHERE " + ofBatch(batch) + " GROUP BY status",
                ids(store, batch));
        return new FileCounts(
                counts.getOrDefault(StoreFileStatus.IN_PROGRESS, 0L),
                counts.getOrDefault(StoreFileStatus.COMPLETED, 0L),
                counts.getOrDefault(StoreFileStatus.FAILED, 0L),
                counts.getOrDefault(StoreFileStatus.CANCELLED, 0L),
                counts.values().stream().mapToLong(count -> count).sum());
    }

    private static String ofBatch(@Nullable String batch) {
        return batch == null ? "store_id = ?" : "store_id = ? AND batch_id = ?";
    }

    private static Object[] ids(String store, @Nullable String batch) {
        return batch == null ? new Object[] {store} : new Object[] {store, batch};
    }

    /** Whether a store has a file in progress. */
    public static boolean isAnyInProgress(Sql sql, String store) throws SQLException {
        return sql.first(
                row -> true,
                "SELECT 1 FROM store_files WHERE store_id = ? AND status = ? LIMIT 1",
                store,
                StoreFileStatus.IN_PROGRESS.wire()).isPresent();
    }

    /** How many bytes the chunks of a store's files and their vectors take. */
    static long usage(Sql sql, String store) throws SQLException {
        return sql.first(
                row -> row.getLong(1),
                "SELECT COALESCE(SUM(usage_bytes), 0) FROM store_files WHERE store_id = ?",
                store).orElse(0L);
    }

    private static Listing<StoreFile> filesOf(String store) {
        return Listing.of("store_files", "store_id", store, SHAPE, StoreFile::id);
    }

    private static StoreFileStatus status(String wire) {
        return StoreFileStatus.valueOf(wire.toUpperCase(Locale.ROOT));
    }

    static StoreFile read(ResultSet row) throws SQLException {
        StoreFile file = RowShape.json(row, StoreFile.class);
        return with(file, row.getLong(3), status(row.getString(2)), file.lastError());
    }

    static StoreFile with(StoreFile file, long usage, StoreFileStatus status, @Nullable LastError error) {
        return new StoreFile(
                file.id(), usage, file.createdAt(), file.vectorStoreId(), status, error, file.chunkingStrategy(),
                file.attributes());
    }
}
