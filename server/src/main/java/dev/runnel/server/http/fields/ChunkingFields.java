package dev.runnel.server.http.fields;

import dev.runnel.protocol.vectorstore.ChunkingStrategy;
import dev.runnel.protocol.vectorstore.ChunkingStrategy.Sizes;
import dev.runnel.server.http.fields.Fields.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads how files are to be cut into chunks, wherever a request adds files to a vector store. */
public final class ChunkingFields {
    private static final int MIN_SIZE = 100;
    private static final int MAX_SIZE = 4096;

    private ChunkingFields() {}

    /** The field {@code chunking_strategy}; null if absent. */
    public static ChunkingStrategy.@Nullable Static chunkingStrategy(Fields f) {
        return f.part("chunking_strategy", strategy -> strategy.kinds("type", List.of(
                new Kind<>("auto", auto -> ChunkingStrategy.AUTO),
                new Kind<>("static", chunks -> new ChunkingStrategy.Static(
                        chunks.requiredPart("static", ChunkingFields::sizes))))));
    }

    private static Sizes sizes(Fields f) {
        int size = Math.toIntExact(f.requiredInteger("max_chunk_size_tokens", MIN_SIZE, MAX_SIZE));
        int overlap = Math.toIntExact(f.requiredInteger("chunk_overlap_tokens", 0, MAX_SIZE / 2));
        if (overlap > size / 2) {
            throw BadRequestException.of(
                    "Invalid '" + f.path("chunk_overlap_tokens")
                            + "': expected at most half of 'max_chunk_size_tokens', "
                            + size / 2 + ", but got " + overlap + " instead.",
                    f.path("chunk_overlap_tokens"), "invalid_value");
        }
        return new Sizes(size, overlap);
    }
}
