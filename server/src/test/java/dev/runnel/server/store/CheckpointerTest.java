package dev.runnel.server.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(180)
class CheckpointerTest {
    private static final int LIMIT = 1 << 20;
    private static final int ROW = 100_000;

    @TempDir
    Path folder;

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("runnel.db"));
    }

    private void createTable() throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("CREATE TABLE rows (bytes BLOB)");
        }
    }

    private static void insert(GroupCommit writer) {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        writer.submit(new GroupCommit.Job<>(
                sql -> sql.update("INSERT INTO rows (bytes) VALUES (?)", new byte[ROW]),
                done::complete,
                done::completeExceptionally));
        done.join();
    }

    @Test
    void theLogStaysSmallUnderAnUnbrokenLoad() throws Exception {
        createTable();
        try (GroupCommit writer = new GroupCommit(this::connect);
                Checkpointer _ = new Checkpointer(
                        folder.resolve("runnel.db"), connect(), writer, Duration.ofMillis(1), LIMIT)) {
            for (int i = 0; i < 1_000; i++) {
                insert(writer);
            }
            assertThat(Files.size(folder.resolve("runnel.db-wal"))).isLessThan(20 * LIMIT);
        }
    }

    @Test
    void aWriterWithNothingToDoLocksNobodyOut() throws Exception {
        createTable();
        try (GroupCommit writer = new GroupCommit(this::connect)) {
            insert(writer);
            try (Connection connection = connect(); Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA busy_timeout = 0");
                statement.execute("BEGIN IMMEDIATE");
                statement.execute("ROLLBACK");
            }
        }
    }
}
