package dev.runnel.server.store;

import dev.runnel.server.backend.Backend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The promises of a store of files' bytes, for each place where they can be. */
@Timeout(180)
public abstract class FileStoreContract {
    @TempDir
    Path folder;

    /** The kind of database whose files these are, at a place in a folder. */
    protected abstract Backend backend(Path in);

    /** Makes all that is stored so old that no upload can still be under way. */
    protected void age(Path in) {}

    private FileStore files() {
        return backend(folder).files();
    }

    private static void keep(FileStore files, String id, String content) {
        try (FileStore.Draft draft = files.draft()) {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            draft.write(bytes, 0, bytes.length);
            assertThat(draft.keep(id)).isEqualTo(bytes.length);
        }
    }

    private static Optional<String> content(FileStore files, String id) throws IOException {
        Optional<InputStream> stored = files.open(id);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = stored.get()) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void whatWasKeptIsThereAlsoForOthersUntilItIsDeleted() throws IOException {
        FileStore files = files();
        assertThat(content(files, "file-1")).isEmpty();
        keep(files, "file-1", "one");
        keep(files, "file-2", "");
        assertThat(content(files(), "file-1")).contains("one");
        assertThat(content(files(), "file-2")).contains("");

        files.delete("file-1");
        files.delete("file-1");
        assertThat(content(files(), "file-1")).isEmpty();
        assertThat(content(files(), "file-2")).contains("");
    }

    @Test
    void piecesAreOneContent() throws IOException {
        FileStore files = files();
        try (FileStore.Draft draft = files.draft()) {
            byte[] bytes = "0123456789".getBytes(StandardCharsets.UTF_8);
            draft.write(bytes, 0, 3);
            draft.write(bytes, 5, 5);
            assertThat(draft.keep("file-1")).isEqualTo(8);
        }
        assertThat(content(files, "file-1")).contains("01256789");
    }

    @Test
    void aDraftThatIsNotKeptLeavesNothing() throws IOException {
        FileStore files = files();
        try (FileStore.Draft draft = files.draft()) {
            draft.write(new byte[100], 0, 100);
        }
        files.removeIfEmpty();
        try (FileStore.Draft draft = files.draft()) {
            draft.keep("file-1");
        }
        assertThat(content(files, "file-1")).contains("");
    }

    @Test
    void onlyFilesThatAreKnownAreRetained() throws IOException {
        FileStore files = files();
        files.retain(Set.of());
        keep(files, "file-1", "one");
        keep(files, "file-2", "two");
        age(folder);
        files.retain(Set.of("file-2", "file-3"));
        assertThat(content(files, "file-1")).isEmpty();
        assertThat(content(files, "file-2")).contains("two");
    }

    @Test
    void aStoreThatHoldsSomethingStays() throws IOException {
        FileStore files = files();
        files.removeIfEmpty();
        keep(files, "file-1", "one");
        files.removeIfEmpty();
        assertThat(content(files, "file-1")).contains("one");
    }
}
