package dev.runnel.server.store.schema;

import dev.runnel.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.migration.Context;

/** The migration that schedules the expiry of all active runs: before it, only a run's JSON had the time. */
final class ExpiriesToDueWork extends CodeMigration {
    private static final long MILLIS = 1_000;

    ExpiriesToDueWork() {
        super("32", "expiries to due work");
    }

    @Override
    public void migrate(Context context) throws SQLException {
        Connection connection = context.getConnection();
        try (Statement statement = connection.createStatement();
                ResultSet runs = statement.executeQuery("SELECT id, json FROM runs WHERE active");
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO due_work (kind, subject, due_at, fence) VALUES ('expire_run', ?, ?, 0)")) {
            while (runs.next()) {
                byte[] json = runs.getString(2).getBytes(StandardCharsets.UTF_8);
                long expiresAt = Json.readTree(json).path("expires_at").asLong();
                if (expiresAt > 0) {
                    insert.setString(1, runs.getString(1));
                    insert.setLong(2, expiresAt * MILLIS);
                    insert.executeUpdate();
                }
            }
        }
    }
}
