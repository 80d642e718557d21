package dev.runnel.server.store.schema;

import dev.runnel.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.migration.Context;

/** The migration that copies the sizes of files from their JSON to their column. */
final class SizesOfFiles extends CodeMigration {
    private static final int AT_ONCE = 1_000;

    SizesOfFiles() {
        super("93", "sizes of files");
    }

    @Override
    public void migrate(Context context) throws SQLException {
        Connection connection = context.getConnection();
        try (Statement statement = connection.createStatement();
                ResultSet files = statement.executeQuery("SELECT seq, json FROM files");
                PreparedStatement update = connection.prepareStatement("UPDATE files SET bytes = ? WHERE seq = ?")) {
            int waiting = 0;
            while (files.next()) {
                update.setLong(1, Json.readTree(files.getString(2).getBytes(StandardCharsets.UTF_8)).path("bytes")
                        .asLong());
                update.setLong(2, files.getLong(1));
                update.addBatch();
                if (++waiting == AT_ONCE) {
                    update.executeBatch();
                    waiting = 0;
                }
            }
            update.executeBatch();
        }
    }
}
