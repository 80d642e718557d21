package dev.runnel.server.engine.vectorstores;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.vectorstore.ChunkingStrategy;
import org.jspecify.annotations.Nullable;

/**
 * A file that is to be added to a vector store.
 *
 * @param fileId the file's id
 * @param chunking how its text is cut
 * @param attributes its attributes, as they are on the wire; null for none, or for those it has there already
 */
public record NewStoreFile(String fileId, ChunkingStrategy.Static chunking, @Nullable JsonValue attributes) {
    /** A file without attributes, cut in the usual way. */
    public static NewStoreFile of(String fileId) {
        return new NewStoreFile(fileId, ChunkingStrategy.AUTO, null);
    }
}
