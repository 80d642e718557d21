package dev.runnel.server.backend;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** The kind of database that the tests of a whole server use: SQLite, or with {@code -Druns.on=postgresql} PostgreSQL. */
public final class TestDatabases {
    private static final boolean POSTGRESQL = System.getProperty("runs.on", "sqlite").equals("postgresql");

    private TestDatabases() {}

    /** The URL of a database that belongs to a folder, and of the same one each time. */
    public static String url(Path folder) {
        return url(folder, "runnel");
    }

    /** A connection to the database that belongs to a folder, past the server. */
    public static Connection connect(Path folder) throws SQLException {
        return POSTGRESQL
                ? PostgresServer.connect(folder.resolve("runnel"))
                : DriverManager.getConnection("jdbc:" + url(folder));
    }

    /** The URL of one of several databases that belong to a folder. */
    public static String url(Path folder, String name) {
        return POSTGRESQL ? PostgresServer.url(folder.resolve(name)) : "sqlite:" + folder.resolve(name + ".db");
    }
}
