package dev.runnel.server.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The folder of a process goes with the process, however that ends. */
@Timeout(60)
class NodeFolderTest {
    @TempDir
    Path parent;

    /** A process that has a folder, and says so. */
    static void main(String[] args) throws Exception {
        NodeFolder folder = NodeFolder.temporary(Path.of(args[0]), "node_child");
        Files.createDirectories(folder.path().resolve("index"));
        System.out.println("ready");
        Thread.sleep(Long.MAX_VALUE);
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private NodeFolder folder(String name) throws IOException {
        NodeFolder folder = NodeFolder.temporary(parent, name);
        Files.createDirectories(folder.path());
        return folder;
    }

    @Test
    void theFolderOfAKilledProcessIsRemovedByTheNext() throws Exception {
        Process child = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), NodeFolderTest.class.getName(), parent.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            assertThat(child.inputReader().readLine()).isEqualTo("ready");
            folder("node_1").close();
            assertThat(left()).as("while it runs").containsExactly("runnel-node_child", "runnel-node_child.lock");
        } finally {
            child.destroyForcibly().waitFor();
        }

        try (NodeFolder next = folder("node_2")) {
            assertThat(left()).containsExactly("runnel-node_2", "runnel-node_2.lock");
            assertThat(next.path()).isEmptyDirectory();
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void theFolderOfAnotherNodeOfThisProcessStays() throws Exception {
        try (NodeFolder first = folder("node_1"); NodeFolder second = folder("node_2")) {
            assertThat(first.path()).exists();
            assertThat(second.path()).exists();
        }
        assertThat(left()).isEmpty();
    }
}
