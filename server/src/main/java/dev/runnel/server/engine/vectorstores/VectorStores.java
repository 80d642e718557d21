package dev.runnel.server.engine.vectorstores;

import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.vectorstore.VectorStore;
import dev.runnel.server.base.Ids;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.requests.Lists;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.rows.VectorStoreRows;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Vector stores: created, read, changed and deleted on request. Thread-safe. */
public final class VectorStores {
    private final Database database;
    private final Attaching attaching;

    VectorStores(Database database, Attaching attaching) {
        this.database = database;
        this.attaching = attaching;
    }

    /**
     * Creates a store, and begins to make its files searchable.
     *
     * @throws RejectedException if there is no file of one of the ids; then nothing is created
     */
    public VectorStore create(Project project, NewStore wanted) {
        return database.write(sql -> attaching.create(sql, project, Ids.vectorStore(), wanted));
    }

    /** A store by its id. */
    public VectorStore get(Project project, String id) {
        return database.read(sql -> attaching.store(sql, project, id));
    }

    /** A page of the project's stores. */
    public Page<VectorStore> list(Project project, PageRequest page) {
        long now = attaching.now();
        return Lists.page(database, sql -> VectorStoreRows.list(sql, project.name(), page, now));
    }

    /**
     * Changes a store's name, expiry or metadata.
     *
     * @throws RejectedException if the expiry of an expired store is changed
     */
    public VectorStore modify(Project project, String id, UnaryOperator<VectorStore> change) {
        return database.write(sql -> {
            VectorStore old = attaching.store(sql, project, id);
            VectorStore changed = change.apply(old);
            if (!Objects.equals(changed.expiresAfter(), old.expiresAfter())) {
                attaching.usable(sql, project, id);
                changed = VectorStoreRows.usedAt(changed, Objects.requireNonNull(old.lastActiveAt()));
            }
            VectorStoreRows.update(sql, changed);
            return attaching.store(sql, project, id);
        });
    }

    /** Deletes a store. Its files' objects stay. */
    public Deleted delete(Project project, String id) {
        long now = attaching.now();
        if (!database.write(sql -> VectorStoreRows.delete(sql, project.name(), id, now))) {
            throw RejectedException.notFound("vector store", id);
        }
        return Deleted.of(id, "vector_store.deleted");
    }
}
