package dev.runnel.server.store.rows;

import dev.runnel.protocol.vectorstore.BatchStatus;
import dev.runnel.protocol.vectorstore.FileBatch;
import dev.runnel.protocol.vectorstore.FileCounts;
import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.Optional;

/** The statements about batches of files in vector stores. Static and without state. */
public final class BatchRows {
    private BatchRows() {}

    /** Keeps a new batch. */
    public static void insert(Sql sql, String store, String id, long now) throws SQLException {
        sql.update("INSERT INTO store_batches (id, store_id, created_at) VALUES (?, ?, ?)", id, store, now);
    }

    /** A store's batch by its id. */
    public static Optional<FileBatch> find(Sql sql, String store, String id) throws SQLException {
        FileCounts counts = StoreFileRows.counts(sql, store, id);
        return sql.first(
                row -> new FileBatch(id, row.getLong(1), store, status(row.getBoolean(2), counts), counts),
                "SELECT created_at, cancelled FROM store_batches WHERE store_id = ? AND id = ?",
                store,
                id);
    }

    private static BatchStatus status(boolean cancelled, FileCounts counts) {
        if (cancelled) {
            return BatchStatus.CANCELLED;
        }
        return counts.inProgress() > 0 ? BatchStatus.IN_PROGRESS : BatchStatus.COMPLETED;
    }

    /** Cancels a batch: its files that are in progress. Other files stay as they are. */
    public static void cancel(Sql sql, String store, String id) throws SQLException {
        StoreFileRows.cancel(sql, store, id);
        sql.update("UPDATE store_batches SET cancelled = TRUE WHERE id = ?", id);
    }
}
