package dev.runnel.server;

import dev.runnel.server.backend.Backends;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.time.SystemTimers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import static dev.runnel.server.EventReader.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A disk that is really full: a small file system in memory, which only root can mount. */
@Timeout(90)
@DisabledIfSystemProperty(named = "runs.on", matches = "postgresql", disabledReason = "its disk has the database file")
class FullDiskTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private Path disk;
    private @Nullable TestServer started;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk.toString()),
                "a small file system cannot be mounted here: that takes root on Linux");
    }

    @AfterEach
    void unmount() throws Exception {
        if (started != null) {
            started.close();
        }
        run("umount", disk.toString());
    }

    private static boolean run(String... command) throws Exception {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // there is no such command
        }
    }

    private TestServer server() {
        TestServer server = TestServer.start(disk);
        started = server;
        return server;
    }

    /** Takes what is left, but for so many bytes. */
    private Path fill(long left) throws IOException {
        long free = Files.getFileStore(disk).getUsableSpace() - left;
        return Files.write(disk.resolve("ballast"), new byte[(int) free]);
    }

    private static void assertFull(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(answer.error().path("message").asText()).contains("the disk is full");
    }

    @Test
    void anUploadThatHasNoRoomIsUnavailableAndLeavesNothing() throws IOException {
        TestServer server = server();
        String kept = server.upload(Multipart.file("a.txt", new byte[MIB])).id();
        fill(2 * MIB);
        assertFull(server.upload(Multipart.file("b.txt", new byte[4 * MIB])));

        assertThat(server.get("/files").ids()).containsExactly(kept);
        try (Stream<Path> files = Files.list(disk.resolve("runnel.db.files"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly(kept);
        }
        Files.delete(disk.resolve("ballast"));
        assertThat(server.upload(Multipart.file("b.txt", new byte[4 * MIB])).status()).isEqualTo(200);
    }

    @Test
    void whatADatabaseThatFillsTheDiskHoldsIsServedAndANewOneIsRefusedInWords() throws Exception {
        TestServer server = server();
        // More than half: what is freed holds the write-ahead log once more, however little of it had been moved.
        Files.write(disk.resolve("ballast"), new byte[9 * MIB]);
        String large = "x".repeat(100_000);
        List<String> threads = new ArrayList<>();
        Answer answer;
        do {
            answer = server.post("/threads", "{\"messages\": [{\"role\": \"user\", \"content\": \"" + large + "\"}]}");
            if (answer.status() == 200) {
                threads.add(answer.id());
            }
        } while (answer.status() == 200);
        assertFull(answer);
        for (String thread : threads) {
            assertThat(server.get("/threads/" + thread).status()).isEqualTo(200);
        }
        server.restart();
        assertThat(server.get("/threads/" + threads.getFirst() + "/messages").ids()).hasSize(1);
        assertFull(server.post("/threads", "{\"messages\": [{\"role\": \"user\", \"content\": \"" + large + "\"}]}"));
        Files.write(disk.resolve("rest"), new byte[(int) Files.getFileStore(disk).getUsableSpace()]);
        assertThatThrownBy(
                () -> Backends.of("sqlite:" + disk.resolve("other.db")).open(false, SystemTimers.get()).database())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the disk is full").hasMessageContaining("free some space in " + disk);
        Files.delete(disk.resolve("ballast"));
        Files.delete(disk.resolve("rest"));
        server.send("DELETE", "/threads/" + threads.getFirst(), "").ok();
        server.restart();
        assertThat(names(server.run())).endsWith("thread.run.completed", "done");
        assertThat(server.get("/threads/" + threads.getLast() + "/messages").ids()).hasSize(1);
    }
}
