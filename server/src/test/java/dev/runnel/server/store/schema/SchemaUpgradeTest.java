package dev.runnel.server.store.schema;

import dev.runnel.server.backend.Backends;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.store.rows.ActiveRuns;
import dev.runnel.server.store.rows.DueStore;
import dev.runnel.server.store.rows.DueStore.Due;
import dev.runnel.server.store.rows.FileRows;
import dev.runnel.server.store.rows.LogStore;
import dev.runnel.server.store.rows.LogStore.Segment;
import dev.runnel.server.store.sqlite.JournalStore;
import dev.runnel.server.time.SystemTimers;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

/** The rows that a server of an earlier version left behind when it crashed are kept by the next. */
class SchemaUpgradeTest {
    @TempDir
    Path folder;

    @Test
    void whatOnlyTheJournalOfOneSegmentARowHadGoesToTheLog() throws SQLException {
        Path file = folder.resolve("runnel.db");
        String url = "jdbc:sqlite:" + file;
        migrateTo("13", url);
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (int run = 1; run <= 3; run++) {
                statement.execute("INSERT INTO runs (seq, id, thread_id, active, json)"
                        + " VALUES (%1$d, 'run_%1$d', 'thread_%1$d', %2$d, '{}')".formatted(run, run == 3 ? 0 : 1));
            }
            statement.execute("INSERT INTO log VALUES (%d, 'one')".formatted(1L << 32 | 4));
            statement.execute("INSERT INTO log VALUES (%d, 'three')".formatted(3L << 32 | 9));
            statement.execute("INSERT INTO journal VALUES (0, 1, 4, 'copied'), (9, 1, 6, 'more'), (10, 2, 2, 'two'),"
                    + " (11, 1, 7, 'and more'), (12, 3, 9, 'ended')");
        }

        try (Database database = Backends.of("sqlite:" + file).open(false, SystemTimers.get()).database()) {
            assertThat(log(database, 1)).containsExactly("4 one", "6 more", "7 and more");
            assertThat(log(database, 2)).containsExactly("2 two");
            assertThat(log(database, 3)).containsExactly("9 three");
        }
    }

    @Test
    void whatOnlyTheJournalOfOneRowACommitHadGoesToTheLogAndEachEntryKeepsItsNumber() throws SQLException {
        Path file = folder.resolve("runnel.db");
        String url = "jdbc:sqlite:" + file;
        migrateTo("14", url);
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                PreparedStatement journal = connection.prepareStatement("INSERT INTO journal VALUES (?, ?)")) {
            for (int run = 1; run <= 3; run++) {
                statement.execute("INSERT INTO runs (seq, id, thread_id, active, json)"
                        + " VALUES (%1$d, 'run_%1$d', 'thread_%1$d', %2$d, '{}')".formatted(run, run == 3 ? 0 : 1));
            }
            statement.execute("INSERT INTO log VALUES (%d, 'one')".formatted(1L << 32 | 4));
            statement.execute("INSERT INTO log VALUES (%d, 'three')".formatted(3L << 32 | 9));
            journal.setLong(1, 9);
            journal.setBytes(2, parts(part(1, 4, "copied"), part(1, 6, "more"), part(2, 2, "two")));
            journal.executeUpdate();
            journal.setLong(1, 20);
            journal.setBytes(2, parts(part(1, 7, "and more"), part(3, 9, "ended")));
            journal.executeUpdate();
        }

        try (Database database = Backends.of("sqlite:" + file).open(false, SystemTimers.get()).database()) {
            assertThat(log(database, 1)).containsExactly("4 one", "6 more", "7 and more");
            assertThat(log(database, 2)).containsExactly("2 two");
            assertThat(log(database, 3)).containsExactly("9 three");
            List<Long> shown = database.read(
                    sql -> sql.list(row -> row.getLong(1), "SELECT shown FROM log ORDER BY position"));
            assertThat(shown).containsExactly(4L, 6L, 7L, 2L, 9L);
            List<Segment> left = database.read(sql -> JournalStore.read(sql, 1));
            assertThat(left).isEmpty();
        }
    }

    @Test
    void runsThatAreActiveExpireOnTime() throws SQLException {
        Path file = folder.resolve("runnel.db");
        String url = "jdbc:sqlite:" + file;
        migrateTo("14", url);
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO runs (id, thread_id, active, json) VALUES"
                    + " ('run_1', 'thread_1', 1, '{\"expires_at\": 1800000000}'),"
                    + " ('run_2', 'thread_2', 1, '{\"expires_at\": null}'),"
                    + " ('run_3', 'thread_3', 0, '{\"expires_at\": 1800000000}')");
        }
        try (Database database = Backends.of("sqlite:" + file).open(false, SystemTimers.get()).database()) {
            List<Due> due = database
                    .write(sql -> DueStore.take(sql, DueStore.EXPIRE_RUN, DueStore.NO_TURN, "me", 1_800_000_000_000L,
                            1_800_000_000_001L,
                            10));
            assertThat(due).extracting(Due::kind, Due::subject).containsExactly(tuple("expire_run", "run_1"));
        }
    }

    @Test
    void activeRunsGetTheirProjectAndFilesTheirSize() throws SQLException {
        Path file = folder.resolve("runnel.db");
        String url = "jdbc:sqlite:" + file;
        migrateTo("14", url);
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO threads (id, project, json) VALUES ('thread_1', 'search', '{}')");
            statement.execute("INSERT INTO runs (id, thread_id, active, json) VALUES ('run_1', 'thread_1', 1, '{}'),"
                    + " ('run_2', 'thread_1', 0, '{}')");
            statement.execute("INSERT INTO files (id, project, purpose, json) VALUES"
                    + " ('file-1', 'search', 'vision', '{\"bytes\": 60}'), ('file-2', 'search', 'vision', '{\"bytes\": 7}'),"
                    + " ('file-3', 'mail', 'vision', '{\"bytes\": 5}')");
        }
        try (Database database = Backends.of("sqlite:" + file).open(false, SystemTimers.get()).database()) {
            assertThat(database.<Optional<String>>read(sql -> ActiveRuns.project(sql, "run_1"))).contains("search");
            assertThat(database.<Long>read(sql -> ActiveRuns.count(sql, "search"))).isEqualTo(1);
            assertThat(database.<Long>read(sql -> FileRows.bytes(sql, "search"))).isEqualTo(67);
        }
    }

    @Test
    void anUpgradeThatFailsLeavesTheDatabaseAsItWas() throws SQLException {
        Path file = folder.resolve("runnel.db");
        String url = "jdbc:sqlite:" + file;
        migrateTo("14", url);
        execute(url, "CREATE TABLE handed_calls (id TEXT)"); // a late migration makes one, too, after usage_days

        assertThatThrownBy(() -> Backends.of("sqlite:" + file).open(false, SystemTimers.get()))
                .isInstanceOf(StoreException.class);
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet last = statement.executeQuery(
                        "SELECT MAX(CAST(version AS INTEGER)), (SELECT COUNT(*) FROM sqlite_master"
                                + " WHERE name = 'usage_days') FROM flyway_schema_history")) {
            assertThat(last.getInt(1)).isEqualTo(14);
            assertThat(last.getInt(2)).isZero();
        }
    }

    @Test
    void aDatabaseThatOtherMigrationsMadeIsRefused() throws SQLException {
        Path file = folder.resolve("runnel.db");
        Backends.of("sqlite:" + file).open(false, SystemTimers.get()).close();
        execute("jdbc:sqlite:" + file, "UPDATE flyway_schema_history SET checksum = 1 WHERE version = '12'");

        assertThatThrownBy(() -> Backends.of("sqlite:" + file).open(false, SystemTimers.get()))
                .isInstanceOf(StoreException.class);
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static byte[] part(long run, long last, String events) {
        byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(20 + bytes.length).putLong(run).putLong(last).putInt(bytes.length).put(bytes)
                .array();
    }

    private static byte[] parts(byte[]... parts) {
        ByteArrayOutputStream row = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            row.writeBytes(part);
        }
        return row.toByteArray();
    }

    private static void migrateTo(String version, String url) {
        Flyway.configure().dataSource(url, "", "").locations("classpath:db/migration").target(version)
                .placeholders(Map.of(
                        "serial", "INTEGER PRIMARY KEY AUTOINCREMENT", "key", "INTEGER PRIMARY KEY", "bytes", "BLOB"))
                .load().migrate();
    }

    private static List<String> log(Database database, long run) {
        List<Segment> segments = database.read(sql -> LogStore.read(sql, run, 0, 100));
        return segments.stream()
                .map(segment -> segment.last() + " " + new String(segment.events(), StandardCharsets.UTF_8))
                .toList();
    }
}
