package dev.runnel.server.http.vectorstores;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.vectorstore.ChunkingStrategy;
import dev.runnel.protocol.vectorstore.StoreExpiry;
import dev.runnel.protocol.vectorstore.VectorStore;
import dev.runnel.server.engine.vectorstores.NewStore;
import dev.runnel.server.engine.vectorstores.NewStoreFile;
import dev.runnel.server.http.fields.ChunkingFields;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.Limits;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads requests about stores, their files and batches. The limits are those of OpenAI's published OpenAPI document. */
final class StoreRequests {
    private static final int MAX_NAME = 256;
    private static final int MAX_DESCRIPTION = 512;
    private static final int MAX_FILES = 500;
    private static final int MAX_BATCH = 2_000;

    private StoreRequests() {}

    static NewStore store(Fields f) {
        List<String> ids = f.strings("file_ids", MAX_FILES);
        ChunkingStrategy.Static chunking = chunking(f);
        return new NewStore(
                Objects.requireNonNullElse(f.string("name", MAX_NAME), ""),
                f.string("description", MAX_DESCRIPTION),
                expiry(f),
                Objects.requireNonNullElse(f.metadata("metadata"), Map.of()),
                ids.stream().map(id -> new NewStoreFile(id, chunking, null)).toList());
    }

    static UnaryOperator<VectorStore> change(Fields f) {
        String name = Objects.requireNonNullElse(f.string("name", MAX_NAME), "");
        StoreExpiry expiry = expiry(f);
        Map<String, String> metadata = f.metadata("metadata");
        return old -> new VectorStore(
                old.id(),
                old.createdAt(),
                f.has("name") ? name : old.name(),
                old.description(),
                old.usageBytes(),
                old.fileCounts(),
                old.status(),
                f.has("expires_after") ? expiry : old.expiresAfter(),
                f.has("expires_after") ? null : old.expiresAt(),
                old.lastActiveAt(),
                f.has("metadata") ? Objects.requireNonNullElse(metadata, Map.of()) : old.metadata());
    }

    static NewStoreFile file(Fields f) {
        return new NewStoreFile(f.requiredString("file_id", Limits.ID), chunking(f), f.attributes("attributes"));
    }

    /** The new attributes of a file, which must be in the request: null removes the old ones. */
    static JsonValue attributes(Fields f) {
        JsonValue attributes = f.attributes("attributes");
        f.requirePresent("attributes");
        return Objects.requireNonNullElse(attributes, JsonValue.EMPTY_OBJECT);
    }

    static List<NewStoreFile> batch(Fields f) {
        List<String> ids = f.strings("file_ids", 1, MAX_BATCH, Limits.ID);
        List<NewStoreFile> files = f.objects("files", MAX_BATCH, StoreRequests::file);
        ChunkingStrategy.Static chunking = chunking(f);
        JsonValue attributes = f.attributes("attributes");
        f.requireOneOf("file_ids", "files");
        return files == null ? ids.stream().map(id -> new NewStoreFile(id, chunking, attributes)).toList() : files;
    }

    private static @Nullable StoreExpiry expiry(Fields f) {
        return f.part("expires_after", expiry -> new StoreExpiry(
                expiry.requiredChoice("anchor", StoreExpiry.LAST_ACTIVE_AT), expiry.requiredInteger("days", 1, 365)));
    }

    private static ChunkingStrategy.Static chunking(Fields f) {
        return Objects.requireNonNullElse(ChunkingFields.chunkingStrategy(f), ChunkingStrategy.AUTO);
    }
}
