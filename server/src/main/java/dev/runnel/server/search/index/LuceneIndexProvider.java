package dev.runnel.server.search.index;

import dev.runnel.server.search.ChunkIndex;
import dev.runnel.server.search.ChunkSource;
import java.nio.file.Path;

/** For {@link java.util.ServiceLoader}. */
public final class LuceneIndexProvider implements ChunkIndex.Provider {
    @Override
    public ChunkIndex open(Path folder, ChunkSource source) {
        return LuceneIndex.open(folder, source);
    }
}
