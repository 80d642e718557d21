package dev.runnel.server.store.sqlite;

import dev.runnel.server.store.Database;
import dev.runnel.server.time.SystemTimers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Power failures, played on copies of the files: what a file system was not yet told to keep it may forget. Each sector that a write
 * changed is then the new one, or the one before, by chance.
 */
@Timeout(180)
class PowerLossTest {
    private static final int SECTOR = 512;
    private static final int LOG_HEADER = 32;
    private static final int COMMITS = 40;
    private static final int FAILURES = 5;

    private final Random random = new Random(1);

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("runnel.db");
    }

    private byte[] database() throws IOException {
        return Files.readAllBytes(file());
    }

    private byte[] log() throws IOException {
        return Files.readAllBytes(folder.resolve("runnel.db-wal"));
    }

    /** Larger than a page of the database. */
    private static void insert(Database database, int n) {
        database.write(sql -> sql.update(
                "INSERT INTO threads (id, project, json) VALUES (?, 'default', ?)",
                "thread_" + n, "{\"pad\":\"" + "x".repeat(10_000) + "\"}"));
    }

    /** The rest of a file that was being changed at a power failure: it may have grown, and its new part may be zeros. */
    private byte[] torn(byte[] before, byte[] after) {
        int length = before.length + random.nextInt(Math.max(1, after.length - before.length + 1));
        byte[] torn = Arrays.copyOf(before, length);
        for (int from = 0; from < length; from += SECTOR) {
            if (random.nextBoolean()) {
                System.arraycopy(after, from, torn, from, Math.min(SECTOR, length - from));
            }
        }
        return torn;
    }

    /** Opens such files as a start after the failure does, and answers how many rows there are. */
    private int rowsAfterFailure(byte[] database, byte[] log) throws IOException, SQLException {
        Path other = Files.createDirectory(folder.resolve("after-" + random.nextLong())).resolve("runnel.db");
        Files.write(other, database);
        Files.write(other.resolveSibling("runnel.db-wal"), log);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + other);
                Statement statement = connection.createStatement()) {
            try (ResultSet check = statement.executeQuery("PRAGMA integrity_check")) {
                assertThat(check.getString(1)).isEqualTo("ok");
            }
            try (ResultSet count = statement.executeQuery("SELECT count(*) FROM threads")) {
                return count.getInt(1);
            }
        }
    }

    @Test
    void withFullDurabilityTheWriterWaitsForTheDisk() {
        try (Database database = SqliteConnections.open(new DatabaseFile(file(), ""), true, SystemTimers.get())) {
            int synchronous = database
                    .write(sql -> sql.first(row -> row.getInt(1), "PRAGMA synchronous").orElseThrow());

            assertThat(synchronous).as("2 is FULL").isEqualTo(2);
        }
    }

    @Test
    void aCommitThatWasCutIsThereOrNotAndAllBeforeItAre() throws Exception {
        int cut = 0;
        try (Database database = SqliteConnections.open(new DatabaseFile(file(), ""), true, SystemTimers.get())) {
            for (int n = 0; n < COMMITS; n++) {
                byte[] databaseBefore = database();
                byte[] before = log();
                insert(database, n);
                byte[] after = log();
                if (!Arrays.equals(before, 0, Math.min(LOG_HEADER, before.length), after, 0, LOG_HEADER)) {
                    continue; // the log began anew: what it had held was in the database, and on the disk, before
                }
                for (int i = 0; i < FAILURES; i++) {
                    assertThat(rowsAfterFailure(databaseBefore, torn(before, after))).isBetween(n, n + 1);
                    cut++;
                }
                assertThat(rowsAfterFailure(databaseBefore, after)).isEqualTo(n + 1);
            }
        }
        assertThat(cut).isGreaterThan(COMMITS);
    }

    @Test
    void aCheckpointThatWasCutLosesNothing() throws Exception {
        try (Database database = SqliteConnections.open(new DatabaseFile(file(), ""), true, SystemTimers.get())) {
            byte[] before = database();
            for (int n = 0; n < COMMITS; n++) {
                insert(database, n);
            }
            byte[] log = log();
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                    Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
            }
            byte[] after = database();

            assertThat(after).isNotEqualTo(before);
            for (int i = 0; i < FAILURES * COMMITS; i++) {
                assertThat(rowsAfterFailure(torn(before, after), log)).isEqualTo(COMMITS);
            }
        }
    }
}
