package dev.runnel.server.engine.vectorstores;

import dev.runnel.server.backend.Storage;
import dev.runnel.server.engine.files.FileLibrary;
import dev.runnel.server.engine.upkeep.DueWork;
import dev.runnel.server.search.ChunkIndex;
import dev.runnel.server.search.DocumentReader;
import dev.runnel.server.search.Embedder;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.rows.ChunkChanges;
import dev.runnel.server.store.rows.ChunkRows;
import dev.runnel.server.store.rows.DueStore;
import dev.runnel.server.store.rows.IngestRows;
import dev.runnel.server.store.rows.StoreFileRows;
import dev.runnel.server.store.rows.VectorStoreRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * All parts of vector stores, put together. The parts that cost memory or time are opened at their first use: the parser, the
 * embedding model and the index. Thread-safe.
 */
public final class VectorStoreParts implements AutoCloseable {
    private static final int STORES_AT_ONCE = 10;
    private static final int CHUNKS_AT_ONCE = 200;
    private static final int FILES_AT_ONCE = 1_000;

    /** How long removals are told to indexes. The index of a node that was away for longer is made anew. */
    private static final Duration REMOVALS_KEPT = Duration.ofDays(7);

    private final Database database;
    private final Attaching attaching;
    private final InstantSource clock;
    private final Embedding embedding;
    private final Lazily<DocumentReader> reader;
    private final Lazily<ChunkIndex> index;
    private final Ingest ingest;
    private final VectorStores stores;
    private final StoreFiles files;
    private final FileBatches batches;
    private final ToolStores ofTools;
    private final StoreSearch search;

    /**
     * The parts on a database.
     *
     * @param embedder opens the embedding model at its first use; empty if there is none
     */
    public VectorStoreParts(
            Storage storage, FileLibrary library, InstantSource clock, Supplier<Optional<Embedder>> embedder) {
        this.database = storage.database();
        this.clock = clock;
        this.attaching = new Attaching(clock);
        this.embedding = new Embedding(embedder);
        Optional<DocumentReader.Provider> readers = DocumentReader.provider();
        Optional<ChunkIndex.Provider> indexes = ChunkIndex.provider();
        Path temporary = storage.folder().resolve("parse");
        this.reader = new Lazily<>(() -> readers.isEmpty() ? new NotBuilt() : open(readers.get(), temporary));
        this.index = new Lazily<>(() -> indexes.isEmpty()
                ? new NotBuilt()
                : indexes.get().open(storage.folder().resolve("index"), new StoredChunks(database, embedding)));
        this.ingest = new Ingest(
                database, library, reader, embedding, clock, () -> index.ifOpen(ChunkIndex::wake));
        this.stores = new VectorStores(database, attaching);
        this.files = new StoreFiles(database, attaching);
        this.batches = new FileBatches(database, attaching);
        this.ofTools = new ToolStores(attaching);
        this.search = new Finder(database, attaching, embedding, index);
        if (Files.exists(temporary)) {
            reader.get(); // removes what a killed process has left there of files that may be deleted by now
        }
    }

    /** Whether this server was built with what reads and searches files. Otherwise files fail, and searches are refused. */
    public static boolean areSearchable() {
        return DocumentReader.provider().isPresent() && ChunkIndex.provider().isPresent();
    }

    private static DocumentReader open(DocumentReader.Provider provider, Path folder) {
        try {
            return provider.open(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The stores. */
    public VectorStores stores() {
        return stores;
    }

    /** Their files. */
    public StoreFiles files() {
        return files;
    }

    /** Batches of files. */
    public FileBatches batches() {
        return batches;
    }

    /** The stores of assistants and threads. */
    public ToolStores ofTools() {
        return ofTools;
    }

    /** Search in the stores. */
    public StoreSearch search() {
        return search;
    }

    /** The vectors of texts. */
    public Embedding embedding() {
        return embedding;
    }

    /** The work that is due at its time. */
    public List<DueWork.Kind> kinds() {
        // Leaves runs half of the processors.
        int atOnce = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        // Embedding computes for long, in a library: on a virtual thread it would hold one of the threads of all others.
        return List.of(
                new DueWork.Kind(
                        DueStore.INGEST_FILE, false, atOnce, Thread.ofPlatform().daemon().name("ingest").factory(),
                        ingest),
                DueWork.Kind.of("embedding_model", true, due -> followModel()));
    }

    /** The chores that give up what expired, and remove what was given up, each in bounded portions. */
    public List<BooleanSupplier> chores() {
        return List.of(this::expire, this::removeGarbage, this::forgetRemovals);
    }

    private boolean expire() {
        long now = attaching.now();
        return database.read(sql -> VectorStoreRows.hasExpired(sql, now))
                && database.write(sql -> VectorStoreRows.expire(sql, now, STORES_AT_ONCE)) == STORES_AT_ONCE;
    }

    private boolean removeGarbage() {
        return database.write(sql -> ChunkRows.removeGarbage(sql, CHUNKS_AT_ONCE));
    }

    private boolean forgetRemovals() {
        long time = attaching.now() - REMOVALS_KEPT.toSeconds();
        return database.write(sql -> ChunkChanges.forget(sql, time, FILES_AT_ONCE)) == FILES_AT_ONCE;
    }

    /**
     * Opens the index, so that the first search need not, and has files embedded anew whose vectors are of another model.
     */
    private Optional<Duration> followModel() {
        if (!database.read(IngestRows::isAnySearchable)) {
            return Optional.empty();
        }
        index.get();
        String model = embedding.model();
        if (model == null) {
            return Optional.empty();
        }
        long after = 0;
        while (true) {
            long from = after;
            List<Long> others = database.write(sql -> {
                List<Long> found = IngestRows.ofOtherModels(sql, model, from, FILES_AT_ONCE);
                for (long number : found) {
                    StoreFileRows.schedule(sql, number, clock.millis());
                }
                return found;
            });
            if (others.isEmpty()) {
                return Optional.empty();
            }
            after = others.getLast();
        }
    }

    /** The reader of documents; the first call opens it. */
    public DocumentReader reader() {
        return reader.get();
    }

    /** Ends the work under way soon. To be called before the work's threads are waited for. */
    public void stop() {
        ingest.stop();
        reader.close();
    }

    @Override
    public void close() {
        reader.close();
        index.close();
        embedding.close();
    }
}
