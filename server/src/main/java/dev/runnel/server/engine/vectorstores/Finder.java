package dev.runnel.server.engine.vectorstores;

import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.vectorstore.VectorStore;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.requests.UnavailableException;
import dev.runnel.server.search.ChunkIndex;
import dev.runnel.server.search.Hit;
import dev.runnel.server.search.SearchQuery;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.ChunkRows;
import dev.runnel.server.store.rows.FileRows;
import dev.runnel.server.store.rows.IngestRows;
import dev.runnel.server.store.rows.StoreFileRows;
import dev.runnel.server.store.rows.VectorStoreRows;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Searches vector stores by this node's index. Thread-safe. */
final class Finder implements StoreSearch {
    /** How long a search waits for the index to have all files that are completed. A search that misses some would say nothing of it. */
    private static final Duration FRESH = Duration.ofSeconds(20);

    /** A use is noted only if the last one that was noted is so long ago: each is a write. */
    private static final long SECONDS_BETWEEN_USES = 60;

    private static final Duration LOOK = Duration.ofMillis(100);

    private final Database database;
    private final Attaching attaching;
    private final Embedding embedding;
    private final Lazily<ChunkIndex> index;

    Finder(Database database, Attaching attaching, Embedding embedding, Lazily<ChunkIndex> index) {
        this.database = database;
        this.attaching = attaching;
        this.embedding = embedding;
        this.index = index;
    }

    @Override
    public void use(Project project, List<String> stores) {
        long now = attaching.now();
        for (String id : stores) {
            VectorStore store = database.read(sql -> attaching.usable(sql, project, id));
            if (now - Objects.requireNonNullElse(store.lastActiveAt(), 0L) >= SECONDS_BETWEEN_USES) {
                database.write(sql -> {
                    VectorStoreRows.update(sql, VectorStoreRows.usedAt(attaching.usable(sql, project, id), now));
                    return true;
                });
            }
        }
    }

    @Override
    public void awaitReady(List<String> stores, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (isAnyInProgress(stores) && System.nanoTime() - end < 0) {
            Thread.sleep(LOOK);
        }
    }

    private boolean isAnyInProgress(List<String> stores) {
        return database.read(sql -> {
            for (String store : stores) {
                if (StoreFileRows.isAnyInProgress(sql, store)) {
                    return true;
                }
            }
            return false;
        });
    }

    @Override
    public List<FoundChunk> search(Project project, List<String> stores, StoreQuery query) throws InterruptedException {
        use(project, stores);
        long newest = StoredChunks.read(database).newest();
        List<SearchQuery.Question> questions = query.questions().stream()
                .map(words -> new SearchQuery.Question(words, embedding.ofQuestion(words)))
                .toList();
        try {
            if (!index.get().await(newest, FRESH)) {
                throw UnavailableException.indexing(null);
            }
            List<Hit> hits = index.get().search(new SearchQuery(
                    Set.copyOf(stores), questions, query.filter(), query.maxResults(), query.threshold()));
            return database.read(sql -> passages(sql, hits));
        } catch (IOException e) {
            throw UnavailableException.indexing(e);
        }
    }

    /** The hits with their texts. A hit in a file that was taken out since is left out. */
    private static List<FoundChunk> passages(Sql sql, List<Hit> hits) throws SQLException {
        List<FoundChunk> passages = new ArrayList<>();
        for (Hit hit : hits) {
            Optional<IngestRows.Ingest> row = IngestRows.find(sql, hit.store(), hit.file());
            Optional<FileObject> file = FileRows.find(sql, hit.file());
            if (row.isPresent() && file.isPresent()) {
                Optional<String> text = ChunkRows.text(sql, row.get().number(), hit.number());
                text.ifPresent(there -> passages.add(new FoundChunk(
                        hit.store(), hit.file(), file.get().filename(), hit.number(), hit.score(), there,
                        row.get().file().attributes())));
            }
        }
        return passages;
    }
}
