package dev.runnel.server.engine.vectorstores;

import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.vectorstore.FileBatch;
import dev.runnel.protocol.vectorstore.StoreFile;
import dev.runnel.protocol.vectorstore.StoreFileStatus;
import dev.runnel.server.base.Ids;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.requests.Lists;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.BatchRows;
import dev.runnel.server.store.rows.StoreFileRows;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batches: files that one request adds to a vector store. Thread-safe. */
public final class FileBatches {
    private final Database database;
    private final Attaching attaching;

    FileBatches(Database database, Attaching attaching) {
        this.database = database;
        this.attaching = attaching;
    }

    /**
     * Adds files to a store, and begins to make them searchable.
     *
     * @throws RejectedException if there is no file of one of the ids; then none is added
     */
    public FileBatch create(Project project, String store, List<NewStoreFile> files) {
        String id = Ids.fileBatch();
        return database.write(sql -> {
            attaching.usable(sql, project, store);
            BatchRows.insert(sql, store, id, attaching.now());
            for (NewStoreFile file : files) {
                attaching.add(sql, project, store, file, id, "file_ids");
            }
            return batch(sql, store, id);
        });
    }

    /** A store's batch by its id. */
    public FileBatch get(Project project, String store, String id) {
        return database.read(sql -> {
            attaching.store(sql, project, store);
            return batch(sql, store, id);
        });
    }

    private static FileBatch batch(Sql sql, String store, String id) throws SQLException {
        return BatchRows.find(sql, store, id).orElseThrow(() -> RejectedException.notFound("file batch", id));
    }

    /** Cancels a batch's files that are in progress. A batch that has ended stays as it is. */
    public FileBatch cancel(Project project, String store, String id) {
        return database.write(sql -> {
            attaching.store(sql, project, store);
            if (batch(sql, store, id).fileCounts().inProgress() > 0) {
                BatchRows.cancel(sql, store, id);
            }
            return batch(sql, store, id);
        });
    }

    /** A page of a batch's files in one state, or in any. */
    public Page<StoreFile> files(
            Project project, String store, String id, @Nullable StoreFileStatus status, PageRequest page) {
        return Lists.page(database, sql -> {
            attaching.store(sql, project, store);
            batch(sql, store, id);
            return StoreFileRows.list(sql, store, id, status, page);
        });
    }
}
