package dev.runnel.server.engine.vectorstores;

import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.vectorstore.ChunkingStrategy;
import dev.runnel.protocol.vectorstore.StoreFileStatus;
import dev.runnel.server.engine.files.FileLibrary;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.engine.upkeep.DueWork;
import dev.runnel.server.search.DocumentReader;
import dev.runnel.server.search.UnreadableFileException;
import dev.runnel.server.search.UnreadableFileException.Code;
import dev.runnel.server.search.chunk.Chunk;
import dev.runnel.server.search.chunk.Chunker;
import dev.runnel.server.search.chunk.Headings;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.ChunkRows;
import dev.runnel.server.store.rows.DueStore;
import dev.runnel.server.store.rows.DueStore.Due;
import dev.runnel.server.store.rows.IngestRows;
import dev.runnel.server.store.rows.StoreFileRows;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Makes the files of vector stores searchable: reads a file, cuts it into chunks, embeds them, and then shows them all to
 * searches at once. It works on a file for a few seconds, and then leaves the rest for later, behind the files that wait. What
 * was done is in the database, so that a crash costs a few seconds of work. Every write checks that the work is still this
 * node's. Thread-safe.
 */
final class Ingest implements DueWork.Worker {
    /** How long a file is worked on before it is the next one's turn. */
    private static final Duration SLICE = Duration.ofSeconds(2);

    /** How often a file is tried if something goes wrong that is not the file's fault, or that ends the server. */
    private static final int TRIES = 3;

    /** How many chunks a transaction writes. */
    private static final int CHUNKS_AT_ONCE = 100;

    /** How many chunks are embedded before their vectors are written. */
    private static final int EMBEDDED_AT_ONCE = 16;

    private static final Duration WHEN_STOPPING = Duration.ofSeconds(1);

    private final Database database;
    private final FileLibrary files;
    private final Lazily<DocumentReader> reader;
    private final Embedding embedding;
    private final InstantSource clock;
    private final Runnable shown;
    private volatile boolean stopping;

    /**
     * The worker.
     *
     * @param shown called when a file has become searchable
     */
    Ingest(
            Database database, FileLibrary files, Lazily<DocumentReader> reader, Embedding embedding,
            InstantSource clock, Runnable shown) {
        this.database = database;
        this.files = files;
        this.reader = reader;
        this.embedding = embedding;
        this.clock = clock;
        this.shown = shown;
    }

    /** The work is no longer this node's. */
    private static final class LostException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Ends the work under way soon. */
    void stop() {
        stopping = true;
    }

    @Override
    public Optional<Duration> work(Due due) {
        try {
            return work(due, Long.parseLong(due.subject()));
        } catch (LostException e) {
            return Optional.empty();
        }
    }

    private Optional<Duration> work(Due due, long number) {
        Optional<IngestRows.Ingest> row = find(number);
        if (row.isEmpty() || (row.get().file().status() != StoreFileStatus.IN_PROGRESS && !row.get().searchable())) {
            return Optional.empty();
        }
        if (row.get().chunks() == null && !read(due, row.get())) {
            return stopping ? Optional.of(WHEN_STOPPING) : Optional.empty();
        }
        return embed(due, find(number).orElseThrow(LostException::new));
    }

    private Optional<IngestRows.Ingest> find(long number) {
        return database.read(sql -> IngestRows.find(sql, number));
    }

    /** Reads a file and stores its chunks. False if the file has failed, or the server stops. */
    private boolean read(Due due, IngestRows.Ingest row) {
        try {
            if (row.tries() >= TRIES) {
                throw new UnreadableFileException(
                        Code.SERVER_ERROR, "The server tried " + TRIES + " times to read the file, and failed.");
            }
            write(due, sql -> IngestRows.begin(sql, row.number()));
            store(due, row, chunks(due, row));
            return true;
        } catch (UnreadableFileException e) {
            if (!stopping) {
                LastError error = new LastError(e.code().wire(), String.valueOf(e.getMessage()));
                write(due, sql -> IngestRows.fail(sql, row, error));
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("file " + row.file().id() + " cannot be read", e);
        }
    }

    /** A chunk, and its headings as they are stored. */
    private record Headed(String headings, String text) {}

    private List<Headed> chunks(Due due, IngestRows.Ingest row)
            throws UnreadableFileException, IOException, InterruptedException {
        Optional<FileObject> found = files.find(row.file().id());
        if (found.isEmpty()) { // deleted, and so is the row; or expired, and the row would be left in progress
            write(due, sql -> StoreFileRows.remove(
                    sql, row.file().vectorStoreId(), row.file().id(), clock.instant().getEpochSecond()));
            throw new LostException();
        }
        FileObject file = found.get();
        String text;
        try (InputStream content = files.open(file)) {
            text = reader.get().read(file.filename(), file.bytes(), content);
        } catch (RejectedException e) {
            throw new UnreadableFileException(Code.INVALID_FILE, "The file's content is missing.");
        }
        List<Chunk> chunks = chunker(row.file().chunkingStrategy()).chunks(text);
        if (chunks.isEmpty()) {
            throw new UnreadableFileException(Code.UNSUPPORTED_FILE, "The file has no text.");
        }
        Headings headings = new Headings(file.filename(), text);
        return chunks.stream().map(chunk -> new Headed(headings.of(chunk).written(), chunk.text())).toList();
    }

    private static Chunker chunker(ChunkingStrategy strategy) {
        ChunkingStrategy.Static sized = strategy instanceof ChunkingStrategy.Static given ? given
                : ChunkingStrategy.AUTO;
        return new Chunker(sized.sizes().maxChunkSizeTokens(), sized.sizes().chunkOverlapTokens());
    }

    private void store(Due due, IngestRows.Ingest row, List<Headed> chunks) {
        for (int from = 0; from < chunks.size(); from += CHUNKS_AT_ONCE) {
            int begin = from;
            List<Headed> some = chunks.subList(begin, Math.min(begin + CHUNKS_AT_ONCE, chunks.size()));
            write(due, sql -> {
                long bytes = 0;
                for (int i = 0; i < some.size(); i++) {
                    ChunkRows.put(sql, row.number(), begin + i, some.get(i).headings(), some.get(i).text());
                    bytes += some.get(i).text().getBytes(StandardCharsets.UTF_8).length;
                }
                IngestRows.addUsage(sql, row.number(), bytes);
            });
        }
        String model = embedding.model();
        write(due, sql -> IngestRows.setChunks(sql, row.number(), chunks.size(), model));
    }

    /** Embeds the chunks that have no vectors of the present model yet, and shows the file with the last of them. */
    private Optional<Duration> embed(Due due, IngestRows.Ingest row) {
        String model = embedding.model();
        int chunks = row.chunks() == null ? 0 : row.chunks();
        int embedded = row.embedded();
        if (model == null) {
            show(due, row);
            return Optional.empty();
        }
        if (!model.equals(row.model())) {
            write(due, sql -> IngestRows.setChunks(sql, row.number(), chunks, model));
            embedded = 0;
        }
        if (embedded == chunks && !row.searchable()) { // imported with its vectors
            show(due, row);
            return Optional.empty();
        }
        long end = System.nanoTime() + SLICE.toNanos();
        while (embedded < chunks) {
            if (stopping || System.nanoTime() - end >= 0) {
                return Optional.of(stopping ? WHEN_STOPPING : Duration.ZERO);
            }
            embedded += embedSome(due, row, embedded, chunks);
        }
        return Optional.empty();
    }

    private int embedSome(Due due, IngestRows.Ingest row, int from, int chunks) {
        List<ChunkRows.Row> some = database.read(sql -> ChunkRows.from(sql, row.number(), from, EMBEDDED_AT_ONCE));
        if (some.isEmpty()) {
            throw new LostException();
        }
        List<byte[]> vectors;
        try {
            vectors = some.stream().map(chunk -> embedding.ofChunk(chunk.headings(), chunk.text())).toList();
        } catch (RuntimeException e) {
            giveUpSometimes(due, row);
            throw e;
        }
        boolean last = from + some.size() >= chunks;
        write(due, sql -> {
            long bytes = 0;
            for (int i = 0; i < some.size(); i++) {
                ByteBuffer old = some.get(i).vectors();
                ChunkRows.setVectors(sql, row.number(), some.get(i).number(), vectors.get(i));
                bytes += vectors.get(i).length - (old == null ? 0 : old.remaining());
            }
            IngestRows.addUsage(sql, row.number(), bytes);
            IngestRows.setEmbedded(sql, row.number(), from + some.size());
            if (last) {
                IngestRows.complete(sql, row.number());
            }
        });
        if (last) {
            shown.run();
        }
        return some.size();
    }

    private void show(Due due, IngestRows.Ingest row) {
        write(due, sql -> IngestRows.complete(sql, row.number()));
        shown.run();
    }

    /** Counts a failure of the embedding model. After some of them a file that cannot be searched yet has failed. */
    private void giveUpSometimes(Due due, IngestRows.Ingest row) {
        if (stopping) {
            return;
        }
        write(due, sql -> {
            IngestRows.countTry(sql, row.number());
            if (row.tries() + 1 > TRIES && !row.searchable()) {
                IngestRows.fail(sql, row,
                        new LastError(Code.SERVER_ERROR.wire(), "The embedding model does not work."));
            }
        });
    }

    /** Statements of one transaction. */
    @FunctionalInterface
    private interface Statements {
        void run(Sql sql) throws SQLException;
    }

    private void write(Due due, Statements statements) {
        boolean held = database.write(sql -> {
            boolean holds = DueStore.hold(sql, due);
            if (holds) {
                statements.run(sql);
            }
            return holds;
        });
        if (!held) {
            throw new LostException();
        }
    }
}
