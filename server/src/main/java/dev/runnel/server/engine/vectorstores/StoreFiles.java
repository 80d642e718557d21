package dev.runnel.server.engine.vectorstores;

import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.vectorstore.FileContent;
import dev.runnel.protocol.vectorstore.StoreFile;
import dev.runnel.protocol.vectorstore.StoreFileStatus;
import dev.runnel.protocol.vectorstore.TextPart;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.requests.Lists;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.ChunkRows;
import dev.runnel.server.store.rows.IngestRows;
import dev.runnel.server.store.rows.StoreFileRows;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of vector stores: added, read, changed and taken out on request. Thread-safe. */
public final class StoreFiles {
    /** How many chunks a page of a file's content has. */
    private static final int CONTENT_PAGE = 1_000;

    private final Database database;
    private final Attaching attaching;

    StoreFiles(Database database, Attaching attaching) {
        this.database = database;
        this.attaching = attaching;
    }

    /**
     * Adds a file to a store, and begins to make it searchable. A file that is there already, cut in the same way, stays.
     */
    public StoreFile attach(Project project, String store, NewStoreFile file) {
        return database.write(sql -> {
            attaching.usable(sql, project, store);
            attaching.add(sql, project, store, file, null, "file_id");
            return file(sql, store, file.fileId());
        });
    }

    /** A store's file by the file's id. */
    public StoreFile get(Project project, String store, String id) {
        return database.read(sql -> {
            attaching.store(sql, project, store);
            return file(sql, store, id);
        });
    }

    private static StoreFile file(Sql sql, String store, String id) throws SQLException {
        return StoreFileRows.find(sql, store, id).orElseThrow(() -> noFile(store, id));
    }

    private static RejectedException noFile(String store, String id) {
        return RejectedException.notFound("file in vector store " + store, id);
    }

    /** A page of a store's files in one state, or in any. */
    public Page<StoreFile> list(Project project, String store, @Nullable StoreFileStatus status, PageRequest page) {
        return Lists.page(database, sql -> {
            attaching.store(sql, project, store);
            return StoreFileRows.list(sql, store, null, status, page);
        });
    }

    /** Replaces a file's attributes. */
    public StoreFile setAttributes(Project project, String store, String id, JsonValue attributes) {
        return database.write(sql -> {
            attaching.store(sql, project, store);
            IngestRows.setAttributes(
                    sql, IngestRows.find(sql, store, id).orElseThrow(() -> noFile(store, id)), attributes);
            return file(sql, store, id);
        });
    }

    /** Takes a file out of a store. The file's object stays. */
    public Deleted detach(Project project, String store, String id) {
        database.write(sql -> {
            attaching.store(sql, project, store);
            if (!StoreFileRows.remove(sql, store, id, attaching.now())) {
                throw noFile(store, id);
            }
            return true;
        });
        return Deleted.of(id, "vector_store.file.deleted");
    }

    /**
     * A page of a file's chunks as they are searched, at most 1,000; none while the file is in progress.
     *
     * @param from the number of the first chunk
     */
    public FileContent content(Project project, String store, String id, int from) {
        return database.read(sql -> {
            attaching.store(sql, project, store);
            IngestRows.Ingest row = IngestRows.find(sql, store, id).orElseThrow(() -> noFile(store, id));
            List<TextPart> parts = row.searchable()
                    ? ChunkRows.from(sql, row.number(), from, CONTENT_PAGE + 1).stream()
                            .map(chunk -> new TextPart(chunk.text()))
                            .toList()
                    : List.of();
            return parts.size() > CONTENT_PAGE
                    ? new FileContent(parts.subList(0, CONTENT_PAGE), true, Integer.toString(from + CONTENT_PAGE))
                    : new FileContent(parts, false, null);
        });
    }
}
