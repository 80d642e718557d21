package dev.runnel.server.store.schema;

import dev.runnel.server.store.StoreException;
import java.util.Arrays;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;

/** The tables of one database, brought up to date by the migrations in {@code db/migration}. For one thread. */
public final class Schema {
    private final Flyway flyway;
    private final String name;

    /**
     * The tables of a database.
     *
     * @param name the database's name, for errors
     * @param types this kind of database's SQL types for the migrations' placeholders: {@code serial}, a column that
     *     numbers its rows from 1 and never uses a number twice; {@code key}, an integer that is the primary key;
     *     {@code bytes}
     */
    public Schema(DataSource source, String name, Map<String, String> types) {
        this.name = name;
        this.flyway = Flyway.configure(Schema.class.getClassLoader())
                .dataSource(source)
                .locations("classpath:db/migration")
                .javaMigrations(new JournalToLog(), new ExpiriesToDueWork(), new SizesOfFiles())
                .placeholders(types)
                .group(true) // all or nothing
                .load();
    }

    /**
     * Brings the tables up to date, in one transaction.
     *
     * @throws StoreException if a later version of Runnel has changed the tables: this version would misread them
     */
    public void migrate() {
        refuseNewer();
        flyway.migrate();
    }

    /**
     * Checks that no later version of Runnel has changed the tables.
     *
     * @throws StoreException if one has
     */
    public void refuseNewer() {
        boolean newer = Arrays.stream(flyway.info().applied())
                .map(MigrationInfo::getState)
                .anyMatch(state -> state.isApplied() && !state.isResolved());
        if (newer) {
            throw new StoreException(
                    "the database " + name
                            + " was written by a later version of Runnel, which this one cannot read: use"
                            + " that version, or a copy of the database from before",
                    new IllegalStateException("migrations that are not known"));
        }
    }
}
