package dev.runnel.server.engine.vectorstores;

import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.search.ChunkIndex;
import dev.runnel.server.search.DocumentReader;
import dev.runnel.server.search.Hit;
import dev.runnel.server.search.SearchQuery;
import dev.runnel.server.search.UnreadableFileException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;

/** Stands for the reader and the index in a server that was built without them: files fail, and searches are refused. */
final class NotBuilt implements DocumentReader, ChunkIndex {
    private static final String WHY = "This server was built without search.";

    @Override
    public String read(String filename, long length, InputStream content) throws UnreadableFileException {
        throw new UnreadableFileException(UnreadableFileException.Code.SERVER_ERROR, WHY);
    }

    @Override
    public void wake() {
        // There is nothing to follow.
    }

    @Override
    public boolean await(long change, Duration limit) {
        return true;
    }

    @Override
    public List<Hit> search(SearchQuery query) {
        throw RejectedException.state(WHY);
    }

    @Override
    public void close() {
        // There is nothing to close.
    }
}
