package dev.runnel.server.search.index;

import dev.runnel.server.base.LogText;
import dev.runnel.server.search.ChunkChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/** An open Lucene index in a folder. One thread writes; any thread may search. */
final class OpenIndex implements AutoCloseable {
    /**
     * The logger with which Lucene warns that an incubating module of the JDK is not in use. It is held here, as
     * unreferenced loggers lose their level.
     */
    private static final Logger OF_LUCENE = Logger
            .getLogger("org.apache.lucene.internal.vectorization.VectorizationProvider");

    static {
        OF_LUCENE.setLevel(Level.SEVERE);
    }

    private static final Logger LOG = Logger.getLogger(OpenIndex.class.getName());

    /** The version of the documents' format. An index of another format is rebuilt. */
    private static final String FORMAT = "3";

    /**
     * The memory for changes before they become a segment. It holds some ten thousand vectors, as merging small
     * segments costs more than searching.
     */
    private static final double MEMORY_MEGABYTES = 48;

    /** How many segments of about the same size there may be. Lucene's default is 8. */
    private static final int SEGMENTS_A_TIER = 4;

    /** Smaller segments count as large as this; it holds some 25,000 chunks. Lucene's default is 16. */
    private static final double SMALL_MEGABYTES = 64;

    private final Directory directory;
    private final IndexWriter writer;
    private final SearcherManager searchers;

    private OpenIndex(Directory directory, IndexWriter writer, SearcherManager searchers) {
        this.directory = directory;
        this.writer = writer;
        this.searchers = searchers;
    }

    /**
     * Opens the index in a folder as of its last commit, or a new index if there is none.
     *
     * @throws IOException if the index is damaged, or the folder cannot be read or written
     */
    static OpenIndex open(Path folder, Analyzer analyzer) throws IOException {
        Files.createDirectories(folder);
        Directory directory = FSDirectory.open(folder);
        IndexWriter writer = null;
        try {
            writer = new IndexWriter(directory, new IndexWriterConfig(analyzer)
                    .setCodec(new VectorCodec())
                    .setRAMBufferSizeMB(MEMORY_MEGABYTES)
                    .setMergePolicy(merges())
                    .setCommitOnClose(false));
            return new OpenIndex(directory, writer, new SearcherManager(writer, null));
        } catch (IOException | RuntimeException e) {
            closeAll(e, writer == null ? () -> {} : writer::rollback, directory::close);
            throw e;
        }
    }

    /**
     * Merges segments earlier than Lucene does by itself: a search looks for neighbours in each segment, which takes nearly as long in a
     * small one as in a large one.
     */
    private static MergePolicy merges() {
        TieredMergePolicy merges = new TieredMergePolicy();
        merges.setSegmentsPerTier(SEGMENTS_A_TIER);
        merges.setFloorSegmentMB(SMALL_MEGABYTES);
        return merges;
    }

    /** Removes an index, which must not be open. */
    static void delete(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /**
     * The change up to which the index on the disk is complete; 0 if it was made from another list of changes or has
     * another format.
     */
    long committed(String identity) {
        Map<String, String> data = new HashMap<>();
        Iterable<Map.Entry<String, String>> live = writer.getLiveCommitData();
        if (live != null) {
            live.forEach(entry -> data.put(entry.getKey(), entry.getValue()));
        }
        boolean ours = FORMAT.equals(data.get("format")) && identity.equals(data.get("identity"));
        return ours ? Long.parseLong(data.getOrDefault("change", "0")) : 0;
    }

    /** Whether the index has no documents. */
    boolean isEmpty() {
        return writer.getDocStats().maxDoc == 0;
    }

    /** Applies changes. Searches see them after {@link #refresh}, and the next commit writes them to the disk. */
    void apply(List<ChunkChange> changes) throws IOException {
        for (ChunkChange change : changes) {
            switch (change) {
                case ChunkChange.Put put -> put(put);
                case ChunkChange.RemoveFile removal -> writer.deleteDocuments(
                        IndexFields.fileTerm(removal.store(), removal.file()));
                case ChunkChange.RemoveStore removal -> writer.deleteDocuments(IndexFields.storeTerm(removal.store()));
            }
        }
    }

    /** Lets searches see the applied changes. */
    void refresh() throws IOException {
        searchers.maybeRefreshBlocking();
    }

    private void put(ChunkChange.Put put) throws IOException {
        try {
            writer.updateDocuments(IndexFields.keyTerm(put), IndexFields.documents(put));
        } catch (IllegalArgumentException e) {
            // Lucene would refuse the chunk each time. It is skipped, so that the index gets past it.
            LOG.log(Level.SEVERE, "A chunk of file " + LogText.oneLine(put.file()) + " cannot be searched.", e);
        }
    }

    /** Whether segments were merged, or changes applied, since the last commit. */
    boolean hasUncommitted() {
        return writer.hasUncommittedChanges();
    }

    /** Commits to the disk, with the change up to which the index is complete. */
    void commit(String identity, long change) throws IOException {
        writer.setLiveCommitData(
                Map.of("format", FORMAT, "identity", identity, "change", Long.toString(change)).entrySet());
        writer.commit();
    }

    /** A search, given Lucene's searcher. */
    interface Search<T> {
        /** Searches. */
        T in(IndexSearcher searcher) throws IOException;
    }

    <T> T search(Search<T> search) throws IOException {
        IndexSearcher searcher = searchers.acquire();
        try {
            return search.in(searcher);
        } finally {
            searchers.release(searcher);
        }
    }

    /** Closes the index without a commit. */
    @Override
    public void close() throws IOException {
        IOException failure = new IOException("the index cannot be closed");
        closeAll(failure, searchers::close, writer::rollback, directory::close);
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    private interface Closing {
        void close() throws IOException;
    }

    private static void closeAll(Exception failure, Closing... all) {
        for (Closing one : all) {
            try {
                one.close();
            } catch (IOException | RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
    }
}
