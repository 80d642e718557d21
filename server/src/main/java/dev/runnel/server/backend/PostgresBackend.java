package dev.runnel.server.backend;

import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.FileStore;
import dev.runnel.server.store.Notices;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.postgres.DatabaseTime;
import dev.runnel.server.store.postgres.PostgresConnections;
import dev.runnel.server.store.postgres.PostgresLeases;
import dev.runnel.server.store.postgres.PostgresNotices;
import dev.runnel.server.store.postgres.PostgresUrl;
import dev.runnel.server.time.SystemTimers;
import dev.runnel.server.time.Timers;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** A PostgreSQL database, which any number of nodes share. It also has the contents of uploaded files. */
final class PostgresBackend implements Backend {
    private final PostgresUrl url;

    private PostgresBackend(PostgresUrl url) {
        this.url = url;
    }

    static Optional<Backend> of(String url) {
        return PostgresUrl.of(url).map(PostgresBackend::new);
    }

    @Override
    public String place() {
        return url.place();
    }

    /** Always true: the database is made by its operator. */
    @Override
    public boolean exists() {
        return true;
    }

    /** Leases are renewed by the real time, as they lapse by the database's clock. */
    @Override
    public Storage open(boolean toTheDisk, Timers timers) {
        return on(PostgresConnections.open(url), timers);
    }

    @Override
    public Storage openToImport() {
        return on(PostgresConnections.openToPause(url), SystemTimers.get());
    }

    private Storage on(PostgresConnections connections, Timers timers) {
        String node = "node_" + UUID.randomUUID();
        DatabaseTime time = new DatabaseTime(System::currentTimeMillis);
        Database database = Database.on(connections);
        database.read(sql -> {
            time.measure(sql);
            return true;
        });
        return new Storage(
                database,
                connections.files(),
                node,
                NodeFolder.temporary(Path.of(System.getProperty("java.io.tmpdir")), node),
                time::right,
                () -> RunLog.shared(
                        database, new PostgresLeases(database, url, node, time, SystemTimers.get()),
                        url.notifies() ? new PostgresNotices(database, url, node) : Notices.NONE, timers));
    }

    @Override
    public <T> T snapshot(Sql.Work<T> work) {
        return PostgresConnections.snapshot(url, work);
    }

    @Override
    public FileStore files() {
        return PostgresConnections.files(url);
    }
}
