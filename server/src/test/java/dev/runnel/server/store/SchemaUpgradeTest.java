package dev.runnel.server.store;

import dev.runnel.server.store.LogStore.Segment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What a server of an earlier version left behind when it crashed is kept by the next. */
class SchemaUpgradeTest {
    @TempDir
    Path folder;

    @Test
    void whatOnlyTheJournalOfOneSegmentARowHadGoesToTheLog() throws SQLException {
        Path file = folder.resolve("runnel.db");
        String url = "jdbc:sqlite:" + file;
        Flyway.configure().dataSource(url, "", "").locations("classpath:db/migration").target("13")
                .placeholders(Map.of(
                        "serial", "INTEGER PRIMARY KEY AUTOINCREMENT", "key", "INTEGER PRIMARY KEY", "bytes", "BLOB"))
                .load().migrate();
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

        try (Database database = Database.open("sqlite:" + file, false)) {
            assertThat(log(database, 1)).containsExactly("4 one", "6 more", "7 and more");
            assertThat(log(database, 2)).containsExactly("2 two");
            assertThat(log(database, 3)).containsExactly("9 three");
        }
    }

    private static List<String> log(Database database, long run) {
        List<Segment> segments = database.read(sql -> LogStore.read(sql, run, 0, 100));
        return segments.stream()
                .map(segment -> segment.last() + " " + new String(segment.events(), StandardCharsets.UTF_8))
                .toList();
    }
}
