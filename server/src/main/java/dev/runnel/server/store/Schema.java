package dev.runnel.server.store;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;

/** The tables, brought up to date by the migrations in {@code db/migration}. Static and without state. */
final class Schema {
    private static final Map<String, String> SQLITE = Map.of(
            "serial", "INTEGER PRIMARY KEY AUTOINCREMENT", "key", "INTEGER PRIMARY KEY", "bytes", "BLOB");

    private Schema() {}

    /**
     * Brings the tables up to date.
     *
     * @throws StoreException if a later version of Runnel has changed them: this one would misread them
     */
    static void migrate(DataSource source, Path file) {
        Flyway flyway = flyway(source);
        refuseNewer(flyway, file);
        flyway.migrate();
    }

    /**
     * Looks whether a later version of Runnel has changed the tables.
     *
     * @throws StoreException if one has
     */
    static void refuseNewer(DataSource source, Path file) {
        refuseNewer(flyway(source), file);
    }

    private static void refuseNewer(Flyway flyway, Path file) {
        boolean newer = Arrays.stream(flyway.info().applied())
                .map(MigrationInfo::getState)
                .anyMatch(state -> state.isApplied() && !state.isResolved());
        if (newer) {
            throw new StoreException(
                    "the database " + file
                            + " was written by a later version of Runnel, which this one cannot read: use"
                            + " that version, or a copy of the database from before",
                    new IllegalStateException("migrations that are not known"));
        }
    }

    private static Flyway flyway(DataSource source) {
        return Flyway.configure(Schema.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:db/migration")
                .javaMigrations(new JournalToLog())
                .placeholders(SQLITE)
                .load();
    }
}
