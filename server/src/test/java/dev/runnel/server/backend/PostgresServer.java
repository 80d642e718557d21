package dev.runnel.server.backend;

import dev.runnel.server.time.SystemTimers;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A PostgreSQL server of this JVM's tests. It does not write to the disk before a commit: it is fast, and a test of what survives a
 * power failure needs another one. Thread-safe.
 */
public final class PostgresServer {
    private static final PostgresServer INSTANCE = new PostgresServer();
    private static final String TEMPLATE = "runnel_template";

    private final EmbeddedPostgres server;
    private final Map<Path, String> databases = new HashMap<>();

    private PostgresServer() {
        try {
            server = EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "500")
                    .setConnectConfig("connectTimeout", "20")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        execute("CREATE DATABASE " + TEMPLATE);
        Backends.of(url(TEMPLATE)).open(false, SystemTimers.get()).close();
    }

    private void execute(String statement) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement created = connection.createStatement()) {
            created.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String url(String database) {
        return "postgresql://postgres:postgres@127.0.0.1:" + server.getPort() + "/" + database + "?lease=2";
    }

    /** The URL of a database that belongs to a folder: one with all tables, and nothing in them at first. */
    public static String url(Path folder) {
        return INSTANCE.urlOf(folder);
    }

    /** Where the server listens. */
    public static int port() {
        return INSTANCE.server.getPort();
    }

    /** As {@link #url(Path)}, by way of these hosts: {@code host:port,host:port}; with further settings. */
    public static String url(Path folder, String hosts, String settings) {
        return INSTANCE.urlOf(folder).replace("127.0.0.1:" + port(), hosts) + settings;
    }

    /** A connection to the database that belongs to a folder. */
    public static Connection connect(Path folder) throws SQLException {
        String name = INSTANCE.urlOf(folder).replaceFirst(".*/", "").replaceFirst("\\?.*", "");
        return INSTANCE.server.getDatabase("postgres", name).getConnection();
    }

    /** Executes a statement in the database of a folder. */
    public static void execute(Path folder, String sql) {
        try (Connection connection = connect(folder);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first column of a query in the database of a folder. */
    public static List<String> column(Path folder, String query) {
        List<String> values = new ArrayList<>();
        try (Connection connection = connect(folder);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return values;
    }

    /** Waits until a query has no row any more. */
    public static void awaitNone(Path folder, String query) {
        execute(folder, """
                DO $$ BEGIN
                  WHILE EXISTS (%s) LOOP PERFORM pg_sleep(0.01); END LOOP;
                END $$""".formatted(query));
    }

    private synchronized String urlOf(Path folder) {
        return databases.computeIfAbsent(folder, _ -> {
            String name = "runnel_" + databases.size();
            execute("CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
            return url(name);
        });
    }
}
