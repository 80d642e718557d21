package dev.runnel.server.engine.vectorstores;

import dev.runnel.protocol.vectorstore.StoreExpiry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A vector store that is to be created.
 *
 * @param name its name; may be empty
 * @param description what it is for; null for none
 * @param expiresAfter after what time without use it expires; null for never
 * @param files the files that it begins with
 */
public record NewStore(
        String name, @Nullable String description, @Nullable StoreExpiry expiresAfter, Map<String, String> metadata,
        List<NewStoreFile> files) {
    /** Copies the files. */
    public NewStore {
        files = List.copyOf(files);
    }
}
