package dev.runnel.server.backend;

import dev.runnel.server.time.SystemTimers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The kind of database that the tests of a whole server use: SQLite, or with {@code -Druns.on=postgresql} PostgreSQL. */
public final class TestDatabases {
    private static final boolean POSTGRESQL = System.getProperty("runs.on", "sqlite").equals("postgresql");

    private TestDatabases() {}

    /** The URL of a database that belongs to a folder, and of the same one each time; at first one with all tables, and nothing in them. */
    public static String url(Path folder) {
        return url(folder, "runnel");
    }

    /** A connection to the database that belongs to a folder, past the server. */
    public static Connection connect(Path folder) throws SQLException {
        return POSTGRESQL
                ? PostgresServer.connect(folder.resolve("runnel"))
                : DriverManager.getConnection("jdbc:" + url(folder));
    }

    /** The names under which the contents of uploaded files are kept. */
    public static List<String> storedFiles(Path folder) {
        if (POSTGRESQL) {
            return PostgresServer.column(folder.resolve("runnel"), "SELECT DISTINCT file FROM file_parts");
        }
        Path store = fileStore(folder);
        if (!Files.isDirectory(store)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(store)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves contents as a crash left them long ago. */
    public static void leaveFile(Path folder, String name) {
        if (POSTGRESQL) {
            PostgresServer.execute(folder.resolve("runnel"),
                    "INSERT INTO file_parts (file, part, written_at, content) VALUES ('" + name + "', 0, 0, 'left')");
            return;
        }
        try {
            Files.writeString(fileStore(folder).resolve(name), "left");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path fileStore(Path folder) {
        return folder.resolve("runnel.db.files");
    }

    /** The URL of one of several databases that belong to a folder. */
    public static String url(Path folder, String name) {
        if (POSTGRESQL) {
            return PostgresServer.url(folder.resolve(name));
        }
        Path file = folder.resolve(name + ".db");
        try {
            if (!Files.exists(file)) {
                Files.write(file, SqliteTemplate.CONTENT);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "sqlite:" + file;
    }

    /** To make the tables takes longer than most tests do. */
    private static final class SqliteTemplate {
        static final byte[] CONTENT = made();

        private static byte[] made() {
            try {
                Path folder = Files.createTempDirectory("runnel-template-");
                Path file = folder.resolve("template.db");
                Backends.of("sqlite:" + file).open(false, SystemTimers.get()).close();
                byte[] content = Files.readAllBytes(file);
                try (Stream<Path> left = Files.walk(folder)) {
                    left.sorted(Comparator.reverseOrder()).forEach(each -> each.toFile().delete());
                }
                return content;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
