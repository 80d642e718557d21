package dev.runnel.server.engine.vectorstores;

import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.vectorstore.FileCounts;
import dev.runnel.protocol.vectorstore.StoreFile;
import dev.runnel.protocol.vectorstore.StoreFileStatus;
import dev.runnel.protocol.vectorstore.StoreStatus;
import dev.runnel.protocol.vectorstore.VectorStore;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.FileRows;
import dev.runnel.server.store.rows.IngestRows;
import dev.runnel.server.store.rows.StoreFileRows;
import dev.runnel.server.store.rows.VectorStoreRows;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parts of transactions that look up stores, and add files to them. Thread-safe. */
final class Attaching {
    private final InstantSource clock;

    Attaching(InstantSource clock) {
        this.clock = clock;
    }

    long now() {
        return clock.instant().getEpochSecond();
    }

    /** A project's store; rejected if there is none. */
    VectorStore store(Sql sql, Project project, String id) throws SQLException {
        return VectorStoreRows.find(sql, project.name(), id, now())
                .orElseThrow(() -> RejectedException.notFound("vector store", id));
    }

    /** A project's store that is not expired; rejected otherwise. */
    VectorStore usable(Sql sql, Project project, String id) throws SQLException {
        VectorStore store = store(sql, project, id);
        if (store.status() == StoreStatus.EXPIRED) {
            throw RejectedException.expiredStore(id);
        }
        return store;
    }

    /** Creates a store with its files; rejected if there is no file of one of the ids. */
    VectorStore create(Sql sql, Project project, String id, NewStore wanted) throws SQLException {
        long now = now();
        VectorStoreRows.insert(sql, project.name(), VectorStoreRows.usedAt(
                new VectorStore(
                        id, now, wanted.name(), wanted.description(), 0, FileCounts.NONE, StoreStatus.COMPLETED,
                        wanted.expiresAfter(), null, now, wanted.metadata()),
                now));
        for (NewStoreFile file : wanted.files()) {
            add(sql, project, id, file, null, "file_ids");
        }
        return store(sql, project, id);
    }

    /**
     * Adds a file to a store. A file that is there already, cut in the same way, stays and gets the attributes; one that
     * failed, was cancelled, or was cut in another way is made searchable anew.
     *
     * @param param the request's field with the file's id, for errors
     */
    void add(Sql sql, Project project, String store, NewStoreFile added, @Nullable String batch, String param)
            throws SQLException {
        if (!VectorStoreRows.keep(sql, store)) { // another node has deleted it since it was looked up
            throw RejectedException.notFound("vector store", store);
        }
        FileObject file = FileRows.keep(sql, project.name(), added.fileId())
                .filter(found -> !isGone(found))
                .orElseThrow(() -> RejectedException.noFile(added.fileId(), param));
        Optional<IngestRows.Ingest> there = IngestRows.find(sql, store, file.id());
        if (there.isPresent() && stays(there.get().file(), added)) {
            JsonValue attributes = added.attributes();
            if (attributes != null && !attributes.equals(there.get().file().attributes())) {
                IngestRows.setAttributes(sql, there.get(), attributes);
            }
            if (batch != null) {
                StoreFileRows.setBatch(sql, store, file.id(), batch);
            }
            return;
        }
        StoreFileRows.remove(sql, store, file.id(), now());
        StoreFileRows.insert(
                sql,
                new StoreFile(
                        file.id(), 0, now(), store, StoreFileStatus.IN_PROGRESS, null, added.chunking(),
                        Objects.requireNonNullElse(added.attributes(), JsonValue.EMPTY_OBJECT)),
                batch,
                clock.millis());
    }

    private boolean isGone(FileObject file) {
        Long expiresAt = file.expiresAt();
        return expiresAt != null && expiresAt <= now();
    }

    private static boolean stays(StoreFile there, NewStoreFile added) {
        boolean well = there.status() == StoreFileStatus.IN_PROGRESS || there.status() == StoreFileStatus.COMPLETED;
        return well && there.chunkingStrategy().equals(added.chunking());
    }
}
