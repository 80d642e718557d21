package dev.runnel.server.engine.vectorstores;

import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.search.AttributeValue;
import dev.runnel.server.search.ChunkChange;
import dev.runnel.server.search.ChunkSource;
import dev.runnel.server.search.chunk.ChunkHeadings;
import dev.runnel.server.search.chunk.Headings;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.ChunkChanges;
import dev.runnel.server.store.rows.ChunkRows;
import dev.runnel.server.store.rows.FileRows;
import dev.runnel.server.store.rows.IngestRows;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The chunks in the database, as the index follows them. The vectors of other models than the present one are left out: they
 * cannot be compared. With another model the list has another name, and so the index is made anew.
 */
final class StoredChunks implements ChunkSource {
    private final Database database;
    private final Embedding embedding;

    StoredChunks(Database database, Embedding embedding) {
        this.database = database;
        this.embedding = embedding;
    }

    @Override
    public State state() {
        ChunkChanges.State stored = read(database);
        return new State(stored.identity() + "/" + embedding.model(), stored.forgotten(), stored.newest());
    }

    /** The state of the database's list, which is made if there is none. */
    static ChunkChanges.State read(Database database) {
        return database.read(ChunkChanges::state).orElseGet(() -> database.write(sql -> {
            ChunkChanges.begin(sql);
            return ChunkChanges.state(sql).orElseThrow();
        }));
    }

    @Override
    public List<ChunkChange> after(long change, int limit) {
        return database.read(sql -> {
            List<ChunkChange> changes = new ArrayList<>();
            for (ChunkChanges.Removal removal : ChunkChanges.removals(sql, change, limit)) {
                changes.add(removed(removal));
            }
            addChunks(sql, change, limit, changes);
            changes.sort(Comparator.comparingLong(ChunkChange::change));
            return changes.size() > limit ? changes.subList(0, limit) : changes;
        });
    }

    private static ChunkChange removed(ChunkChanges.Removal removal) {
        String file = removal.file();
        return file == null
                ? new ChunkChange.RemoveStore(removal.change(), removal.store())
                : new ChunkChange.RemoveFile(removal.change(), removal.store(), file);
    }

    private void addChunks(Sql sql, long change, int limit, List<ChunkChange> changes) throws SQLException {
        int left = limit;
        for (IngestRows.Ingest file : IngestRows.changedAfter(sql, change, limit)) {
            long first = file.firstChange();
            Map<String, AttributeValue> attributes = attributes(file.file().attributes());
            String name = FileRows.find(sql, file.file().id()).map(FileObject::filename).orElse("");
            boolean embedded = file.hasVectorsOf(embedding.model());
            for (ChunkRows.Row chunk : ChunkRows.from(
                    sql, file.number(), (int) Math.max(0, change + 1 - first), left)) {
                ByteBuffer vectors = chunk.vectors();
                changes.add(new ChunkChange.Put(
                        first + chunk.number(), file.file().vectorStoreId(), file.file().id(), chunk.number(),
                        attributes, Headings.about(name, ChunkHeadings.read(chunk.headings()).above()), chunk.text(),
                        embedded && vectors != null ? VectorBytes.read(vectors) : List.of()));
                left--;
            }
            if (left <= 0) {
                return;
            }
        }
    }

    private static Map<String, AttributeValue> attributes(JsonValue json) {
        Map<String, AttributeValue> attributes = new HashMap<>();
        json.asMap().forEach((key, value) -> attributes.put(key, AttributeValue.of(value)));
        return attributes;
    }
}
