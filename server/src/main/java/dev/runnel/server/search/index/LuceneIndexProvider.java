package dev.runnel.server.search.index;

import dev.runnel.server.search.ChunkIndex;
import dev.runnel.server.search.ChunkSource;
import java.nio.file.Path;

/** The provider of indexes that {@link java.util.ServiceLoader} finds. */
public final class LuceneIndexProvider implements ChunkIndex.Provider {
    @Override
    public ChunkIndex open(Path folder, ChunkSource source) {
        return LuceneIndex.open(folder, source);
    }
}
