package dev.runnel.server.engine.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.engine.vectorstores.VectorBytes;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.ChunkRows;
import dev.runnel.server.store.rows.IngestRows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Stores the chunks of one file in a vector store. Once all are there, a server need not read the file again. It embeds the chunks only if they
 * came without vectors, or with those of another model than its own. For one thread.
 */
final class ImportedChunks {
    private final long file;
    private final int expected;
    private final @Nullable String model;
    private int stored;
    private long bytes;

    /**
     * The chunks of a file.
     *
     * @param file the number of the file in its store
     * @param head the line before the chunks
     */
    ImportedChunks(long file, JsonNode head, long line) {
        this.file = file;
        this.expected = head.path("chunks").asInt();
        this.model = head.path("model").textValue();
        if (expected < 1 || expected > ChunkRows.MAX_CHUNKS) {
            throw new ImportException(line, "a file has 1 to " + ChunkRows.MAX_CHUNKS + " chunks");
        }
    }

    /** Stores the next chunk. */
    void add(Sql sql, JsonNode chunk, long line) throws SQLException {
        String text = chunk.path("text").textValue();
        byte[] vectors = vectors(chunk, line);
        if (text == null || stored == expected || (model == null) != (vectors == null)) {
            throw new ImportException(line, "it is not a chunk as the line before the chunks announces them");
        }
        ChunkRows.put(sql, file, stored, chunk.path("headings").asText(""), text);
        bytes += text.getBytes(StandardCharsets.UTF_8).length;
        if (vectors != null) {
            ChunkRows.setVectors(sql, file, stored, vectors);
            bytes += vectors.length;
        }
        stored++;
    }

    private static byte @Nullable [] vectors(JsonNode chunk, long line) {
        if (!chunk.hasNonNull("vectors")) {
            return null;
        }
        try {
            byte[] vectors = chunk.get("vectors").binaryValue();
            if (vectors != null && VectorBytes.isSound(vectors)) {
                return vectors;
            }
        } catch (IOException e) {
            // Told below.
        }
        throw new ImportException(line, "its vectors are not those of an export, as base64");
    }

    boolean complete() {
        return stored == expected;
    }

    /** Ends the file's chunks, of which all must be there. */
    void finish(Sql sql, long line) throws SQLException {
        if (!complete()) {
            throw new ImportException(line, "before it come " + stored + " of the " + expected + " chunks of a file");
        }
        IngestRows.setChunks(sql, file, stored, model);
        IngestRows.setEmbedded(sql, file, model == null ? 0 : stored);
        IngestRows.addUsage(sql, file, bytes);
    }

    /** Gives up chunks of which some are missing. The file will be read again. */
    void discard(Sql sql) throws SQLException {
        ChunkRows.removeFrom(sql, file, 0);
    }
}
