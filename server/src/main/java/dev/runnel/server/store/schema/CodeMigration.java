package dev.runnel.server.store.schema;

import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jspecify.annotations.Nullable;

/** A migration that SQL alone cannot do. It runs in the transaction of its version, and has no checksum, as code has none. */
abstract class CodeMigration implements JavaMigration {
    private final String version;
    private final String description;

    /** Both stand in the schema's history, and never change. */
    CodeMigration(String version, String description) {
        this.version = version;
        this.description = description;
    }

    @Override
    public final MigrationVersion getVersion() {
        return MigrationVersion.fromVersion(version);
    }

    @Override
    public final String getDescription() {
        return description;
    }

    @Override
    public final @Nullable Integer getChecksum() {
        return null;
    }

    @Override
    public final boolean canExecuteInTransaction() {
        return true;
    }
}
