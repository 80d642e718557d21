package dev.runnel.server.store.rows;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.vectorstore.StoreFile;
import dev.runnel.protocol.vectorstore.StoreFileStatus;
import dev.runnel.server.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The statements that make a store's file searchable: how far it is, and what an index reads of it. Static and without
 * state.
 */
public final class IngestRows {
    private static final String COLUMNS = "json, status, usage_bytes, seq, tries, chunks, embedded, model, last_change";

    private IngestRows() {}

    /**
     * A file in a store, and how far it is.
     *
     * @param number names its chunks
     * @param tries how often its reading was begun, or its embedding failed
     * @param chunks how many chunks it has; null until it was read to its end
     * @param embedded how many of them, from the first on, have vectors of the model
     * @param model which model makes its vectors; null for none
     * @param lastChange the number of its last chunk's change; null if it cannot be searched
     */
    public record Ingest(
            StoreFile file, long number, int tries, @Nullable Integer chunks, int embedded, @Nullable String model,
            @Nullable Long lastChange) {

        /** Whether indexes have it. */
        public boolean searchable() {
            return lastChange != null;
        }

        /** The number of its first chunk's change; it must be searchable. */
        public long firstChange() {
            return Objects.requireNonNull(lastChange) - Objects.requireNonNull(chunks) + 1;
        }

        /** Whether all chunks have vectors of a model. */
        public boolean hasVectorsOf(@Nullable String other) {
            return model != null && model.equals(other) && chunks != null && embedded >= chunks;
        }
    }

    /** A file by its number. */
    public static Optional<Ingest> find(Sql sql, long number) throws SQLException {
        return sql.first(IngestRows::read, "SELECT " + COLUMNS + " FROM store_files WHERE seq = ?", number);
    }

    /** A store's file. */
    public static Optional<Ingest> find(Sql sql, String store, String file) throws SQLException {
        return sql.first(
                IngestRows::read, "SELECT " + COLUMNS + " FROM store_files WHERE store_id = ? AND id = ?", store, file);
    }

    /** The searchable files whose last chunk's change is after a number, in the order of their changes. */
    public static List<Ingest> changedAfter(Sql sql, long change, int limit) throws SQLException {
        return sql.list(
                IngestRows::read,
                "SELECT " + COLUMNS + " FROM store_files WHERE last_change > ? ORDER BY last_change LIMIT ?",
                change,
                limit);
    }

    /** Begins to read a file: what an earlier try left is removed. */
    public static void begin(Sql sql, long number) throws SQLException {
        ChunkRows.removeFrom(sql, number, 0);
        sql.update(
                "UPDATE store_files SET tries = tries + 1, chunks = NULL, embedded = 0, usage_bytes = 0 WHERE seq = ?",
                number);
    }

    /** Counts a try that failed. */
    public static void countTry(Sql sql, long number) throws SQLException {
        sql.update("UPDATE store_files SET tries = tries + 1 WHERE seq = ?", number);
    }

    /** Adds to the bytes that a file takes. */
    public static void addUsage(Sql sql, long number, long bytes) throws SQLException {
        sql.update("UPDATE store_files SET usage_bytes = usage_bytes + ? WHERE seq = ?", bytes, number);
    }

    /** A file was read to its end: it has so many chunks, and a model will make their vectors; null for none. */
    public static void setChunks(Sql sql, long number, int chunks, @Nullable String model) throws SQLException {
        sql.update(
                "UPDATE store_files SET chunks = ?, embedded = 0, model = ? WHERE seq = ?", chunks, model, number);
    }

    /** So many chunks have vectors. */
    public static void setEmbedded(Sql sql, long number, int embedded) throws SQLException {
        sql.update("UPDATE store_files SET embedded = ? WHERE seq = ?", embedded, number);
    }

    /** A file can be searched. */
    public static void complete(Sql sql, long number) throws SQLException {
        sql.update(
                "UPDATE store_files SET status = ? WHERE seq = ?", StoreFileStatus.COMPLETED.wire(), number);
        show(sql, number);
    }

    /** Replaces a file's attributes. */
    public static void setAttributes(Sql sql, Ingest row, JsonValue attributes) throws SQLException {
        StoreFile file = row.file();
        StoreFile changed = new StoreFile(
                file.id(), file.usageBytes(), file.createdAt(), file.vectorStoreId(), file.status(), file.lastError(),
                file.chunkingStrategy(), attributes);
        sql.update("UPDATE store_files SET json = ? WHERE seq = ?", RowShape.json(changed), row.number());
        if (row.searchable()) {
            show(sql, row.number());
        }
    }

    /** Gives all chunks of a file new numbers of change, so that indexes read them anew. */
    private static void show(Sql sql, long number) throws SQLException {
        int chunks = sql.first(
                row -> row.getInt(1), "SELECT chunks FROM store_files WHERE seq = ?", number).orElse(0);
        if (chunks > 0) {
            sql.update(
                    "UPDATE store_files SET last_change = ? WHERE seq = ?", ChunkChanges.take(sql, chunks), number);
        }
    }

    /** A file cannot be searched. */
    public static void fail(Sql sql, Ingest row, LastError error) throws SQLException {
        StoreFile failed = StoreFileRows.with(row.file(), 0, StoreFileStatus.FAILED, error);
        sql.update(
                "UPDATE store_files SET status = ?, usage_bytes = 0, chunks = NULL, json = ? WHERE seq = ?",
                StoreFileStatus.FAILED.wire(),
                RowShape.json(failed),
                row.number());
        ChunkRows.discard(sql, row.number());
    }

    /** Whether any file can be searched. */
    public static boolean isAnySearchable(Sql sql) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM store_files WHERE last_change IS NOT NULL LIMIT 1").isPresent();
    }

    /** The numbers of searchable files, from a number on, whose vectors are of another model. */
    public static List<Long> ofOtherModels(Sql sql, String model, long after, int limit) throws SQLException {
        return sql.list(
                row -> row.getLong(1),
                "SELECT seq FROM store_files WHERE last_change IS NOT NULL AND (model IS NULL OR model <> ?) AND seq > ?"
                        + " ORDER BY seq LIMIT ?",
                model,
                after,
                limit);
    }

    private static Ingest read(ResultSet row) throws SQLException {
        int chunks = row.getInt(6);
        boolean unread = row.wasNull();
        long change = row.getLong(9);
        boolean hidden = row.wasNull();
        return new Ingest(
                StoreFileRows.read(row), row.getLong(4), row.getInt(5), unread ? null : chunks, row.getInt(7),
                row.getString(8), hidden ? null : change);
    }
}
