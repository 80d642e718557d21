package dev.runnel.server.engine.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.FileObject;
import dev.runnel.server.store.FileStore;
import dev.runnel.server.store.StoreException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of imported files, which comes in pieces after each file's object. It is stored before the rows are committed. Closing
 * removes it, unless {@link #keep} was called. For one thread.
 */
final class ImportedContent implements AutoCloseable {
    private final FileStore files;
    private final TransferCounts counts;
    private final List<String> stored = new ArrayList<>();
    private @Nullable FileObject file;
    private FileStore.@Nullable Draft draft;

    /** @param counts counts the files without content */
    ImportedContent(FileStore files, TransferCounts counts) {
        this.files = files;
        this.counts = counts;
    }

    /** The pieces of a file's content may follow. */
    void begin(FileObject begun) {
        file = begun;
    }

    /** Appends a piece to the content of the file before it. */
    void append(ObjectNode piece, long line) {
        FileObject begun = file;
        if (begun == null || !begun.id().equals(piece.path("file_id").asText())) {
            throw new ImportException(line, "it is not a piece of the file that comes before it");
        }
        FileStore.Draft open = draft;
        if (open == null) {
            open = files.draft();
            draft = open;
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(piece.path("base64").asText());
            open.write(bytes, 0, bytes.length);
        } catch (IllegalArgumentException e) {
            throw new ImportException(line, "its content is not base64: " + e.getMessage());
        }
    }

    /** The content of the file that was begun last is whole, if one was begun. */
    void finish(long line) {
        FileObject begun = file;
        FileStore.Draft open = draft;
        if (begun == null) {
            return;
        }
        if (open == null) {
            counts.countFileWithoutContent();
        } else {
            stored.add(begun.id());
            long size = open.keep(begun.id());
            open.close();
            if (size != begun.bytes()) {
                throw new ImportException(line, "the content of " + begun.id() + ", which comes before it, has " + size
                        + " bytes instead of " + begun.bytes());
            }
        }
        file = null;
        draft = null;
    }

    /** Leaves out the content whose pieces have not all come. */
    void discardOpen() {
        FileStore.Draft open = draft;
        if (open != null) {
            open.close();
            draft = null;
        }
    }

    /** Keeps all content, as the rows are committed. */
    void keep() {
        stored.clear();
    }

    @Override
    public void close() {
        discardOpen();
        try {
            stored.forEach(files::delete);
        } catch (StoreException e) {
            stored.clear(); // the next start removes files without a row
        }
    }
}
