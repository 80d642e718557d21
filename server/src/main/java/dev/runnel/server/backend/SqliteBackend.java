package dev.runnel.server.backend;

import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.FileStore;
import dev.runnel.server.store.FolderFileStore;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.sqlite.DatabaseFile;
import dev.runnel.server.store.sqlite.LocalLeases;
import dev.runnel.server.store.sqlite.SqliteConnections;
import dev.runnel.server.time.SystemTimers;
import dev.runnel.server.time.Timers;
import java.nio.file.Files;
import java.util.Optional;

/**
 * A SQLite file. For {@code sqlite:runnel.db}, the folder {@code runnel.db.files} beside it has the contents of uploaded
 * files, and the folder {@code runnel.db.search} has the index of vector stores, which is derived from the database.
 */
final class SqliteBackend implements Backend {
    private final DatabaseFile file;

    private SqliteBackend(DatabaseFile file) {
        this.file = file;
    }

    static Optional<Backend> of(String url) {
        return DatabaseFile.of(url).map(SqliteBackend::new);
    }

    @Override
    public String place() {
        return file.path().toString();
    }

    @Override
    public boolean exists() {
        return Files.exists(file.path());
    }

    @Override
    public Storage open(boolean toTheDisk, Timers timers) {
        Database database = SqliteConnections.open(file, toTheDisk, timers);
        return new Storage(
                database,
                files(),
                LocalLeases.NODE,
                NodeFolder.kept(file.beside(".search")),
                clock -> clock,
                () -> RunLog.journaled(database, new LocalLeases(), timers));
    }

    @Override
    public Storage openToImport() {
        return open(true, SystemTimers.get());
    }

    @Override
    public <T> T snapshot(Sql.Work<T> work) {
        return SqliteConnections.snapshot(file, work);
    }

    @Override
    public FileStore files() {
        return new FolderFileStore(file.beside(".files"));
    }
}
