package dev.runnel.server.store.sqlite;

import dev.runnel.server.store.Database;
import dev.runnel.server.time.SystemTimers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Programs that are killed while they work on a database: in the middle of checkpoints, and of an export. */
@Timeout(180)
class KilledProcessTest {
    private static final int ROUNDS = 4;
    private static final int MOST_COMMITS = 400;

    /** So small, and looked at so often, that a checkpoint is nearly always under way. */
    private static final int LOG_LIMIT = 256 * 1024;

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("runnel.db");
    }

    /** The arguments of the processes: the program's name, and a database. */
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "write" -> write(Path.of(args[1]));
            case "export" -> export(Path.of(args[1]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** Commits rows without end, and tells the number of each. */
    private static void write(Path file) {
        Checkpoints checkpoints = new Checkpoints(SystemTimers.get(),
                Duration.ofMillis(1), LOG_LIMIT);
        try (Database database = SqliteConnections.open(new DatabaseFile(file, ""), false, checkpoints)) {
            for (int n = 0;; n++) {
                int number = n;
                database.write(sql -> sql.update(
                        "INSERT INTO rows (n, bytes) VALUES (?, ?)", number, new byte[20_000]));
                System.out.println(n);
            }
        }
    }

    /** Reads the first of what an export reads, and waits in its midst. */
    private static void export(Path file) {
        SqliteConnections.snapshot(new DatabaseFile(file, ""), sql -> {
            System.out.println(sql.first(row -> row.getInt(1), "SELECT count(*) FROM threads").orElseThrow());
            return new CompletableFuture<Integer>().join();
        });
    }

    private Process start(String program) throws IOException {
        return new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-cp", System.getProperty("java.class.path"),
                KilledProcessTest.class.getName(), program, file().toString()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static BufferedReader out(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file());
    }

    private static int number(Statement statement, String query) throws SQLException {
        try (ResultSet result = statement.executeQuery(query)) {
            return result.getInt(1);
        }
    }

    @Test
    void whatWasCommittedSurvivesAKillInTheMiddleOfACheckpoint() throws Exception {
        Random random = new Random(1);
        for (int round = 0; round < ROUNDS; round++) {
            try (Connection connection = connect(); Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode = WAL");
                statement.execute("DROP TABLE IF EXISTS rows");
                statement.execute("CREATE TABLE rows (n INTEGER, bytes BLOB)");
            }
            Process process = start("write");
            int last = -1;
            try (BufferedReader out = out(process)) {
                int commits = 20 + random.nextInt(MOST_COMMITS);
                for (String line; (line = out.readLine()) != null;) {
                    last = Integer.parseInt(line);
                    if (last == commits) {
                        process.toHandle().destroyForcibly(); // Process would close what it has said, too
                    }
                }
            } finally {
                process.destroyForcibly().waitFor();
            }
            try (Connection connection = connect(); Statement statement = connection.createStatement()) {
                assertThat(
                        number(statement, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"))
                        .isEqualTo(1);
                int rows = number(statement, "SELECT count(*) FROM rows");
                assertThat(rows).isGreaterThan(last).isEqualTo(number(statement, "SELECT max(n) + 1 FROM rows"));
            }
        }
    }

    @Test
    void anExportThatIsKilledKeepsNothingOfTheDatabase() throws Exception {
        try (Database database = SqliteConnections.open(new DatabaseFile(file(), ""), false, SystemTimers.get())) {
            Process process = start("export");
            try (BufferedReader out = out(process)) {
                assertThat(out.readLine()).isEqualTo("0");
                database.write(sql -> sql.update(
                        "INSERT INTO threads (id, project, json) VALUES ('thread_1', 'default', '{}')"));
            } finally {
                process.destroyForcibly().waitFor();
            }
            try (Connection connection = connect(); Statement statement = connection.createStatement()) {
                assertThat(number(statement, "PRAGMA wal_checkpoint(RESTART)")).as("kept from it by a reader").isZero();
                assertThat(number(statement, "SELECT count(*) FROM threads")).isEqualTo(1);
            }
        }
    }
}
