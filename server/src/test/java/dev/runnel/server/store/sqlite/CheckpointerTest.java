package dev.runnel.server.store.sqlite;

import dev.runnel.server.store.Database;
import dev.runnel.server.time.SystemTimers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class CheckpointerTest {
    private static final int LIMIT = 1 << 20;
    private static final int ROW = 100_000;

    @TempDir
    Path folder;

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("runnel.db"));
    }

    private Database open(Duration interval) {
        Database database = SqliteConnections.open(new DatabaseFile(folder.resolve("runnel.db"), ""), false,
                new Checkpoints(SystemTimers.get(), interval, LIMIT));
        database.write(sql -> sql.update("CREATE TABLE rows (bytes BLOB)"));
        return database;
    }

    private static void insert(Database database) {
        database.write(sql -> sql.update("INSERT INTO rows (bytes) VALUES (?)", new byte[ROW]));
    }

    /** The log's file never shrinks: it stays small if it begins anew again and again, however late the checkpointer gets its turn. */
    @Test
    void theLogBeginsAnewUnderAnUnbrokenLoad() throws IOException {
        Path log = folder.resolve("runnel.db-wal");
        try (Database database = open(Duration.ofMillis(1))) {
            insert(database);
            for (long written = ROW; written < 20 * LIMIT || written < 3 * Files.size(log); written += ROW) {
                insert(database);
            }
        }
    }

    @Test
    void aWriterWithNothingToDoLocksNobodyOut() throws SQLException {
        try (Database database = open(Duration.ofHours(1))) {
            insert(database);
            try (Connection connection = connect(); Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA busy_timeout = 0");
                statement.execute("BEGIN IMMEDIATE");
                statement.execute("ROLLBACK");
            }
        }
    }
}
