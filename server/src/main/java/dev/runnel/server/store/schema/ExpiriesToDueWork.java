package dev.runnel.server.store.schema;

import dev.runnel.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;

/** The migration that schedules the expiry of all active runs: before it, only a run's JSON had the time. */
final class ExpiriesToDueWork implements JavaMigration {
    private static final long MILLIS = 1_000;

    @Override
    public MigrationVersion getVersion() {
        return MigrationVersion.fromVersion("32");
    }

    @Override
    public String getDescription() {
        return "expiries to due work";
    }

    @Override
    public @Nullable Integer getChecksum() {
        return null;
    }

    @Override
    public boolean canExecuteInTransaction() {
        return true;
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
