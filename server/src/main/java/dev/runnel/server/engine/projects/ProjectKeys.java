package dev.runnel.server.engine.projects;

import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Ids;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.store.rows.KeyRows;
import dev.runnel.server.time.Timers;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The keys of projects that the database has. A change counts at once on the node that made it, and on all others within a second: while there are
 * keys, each node reads them again every second. A request with an unknown key has them read again, too; a request with a known key reads
 * nothing. While the database is away, the keys that were read last count. Thread-safe.
 */
public final class ProjectKeys implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ProjectKeys.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Database database;
    private final InstantSource clock;
    private final Timers timers;
    private final Timers.Timer again;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile Known known;

    /** @param readAt by the timers' clock */
    private record Known(Map<String, Project> projects, long readAt) {}

    /**
     * A new key.
     *
     * @param secret the key itself, which is not kept
     */
    public record Created(KeyRows.Key key, String secret) {}

    /** Reads the keys. */
    public ProjectKeys(Database database, InstantSource clock, Timers timers) {
        this.database = database;
        this.clock = clock;
        this.timers = timers;
        this.known = read();
        this.again = timers.every(INTERVAL, () -> {
            if (!isEmpty()) {
                readAgain();
            }
        });
    }

    private Known read() {
        long now = timers.nanoTime();
        Map<String, Project> projects = new HashMap<>();
        database.read(KeyRows::projects).forEach((hash, project) -> projects.put(hash, new Project(project)));
        return new Known(Map.copyOf(projects), now);
    }

    /** One caller reads the keys; callers that come meanwhile take the same result. */
    private void readAgain() {
        Known before = known;
        reading.lock();
        try {
            if (known.equals(before)) {
                known = read();
            }
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "the keys of projects cannot be read, and those that are known count: {0}",
                    e.getMessage());
            known = new Known(before.projects, timers.nanoTime());
        } finally {
            reading.unlock();
        }
    }

    /** The project of a key; empty if there is no such key. */
    public Optional<Project> project(String key) {
        String hash = ApiKeys.hash(key);
        Project found = known.projects.get(hash);
        if (found == null && timers.nanoTime() - known.readAt >= INTERVAL.toNanos()) {
            readAgain();
            found = known.projects.get(hash);
        }
        return Optional.ofNullable(found);
    }

    /** Whether no key is known. */
    public boolean isEmpty() {
        return known.projects.isEmpty();
    }

    /**
     * Makes a key.
     *
     * @param name the key's purpose, for people; may be empty
     */
    public Created create(Project project, String name) {
        String secret = Ids.key();
        KeyRows.Key key = new KeyRows.Key(Ids.keyId(), project.name(), name, ApiKeys.masked(secret),
                clock.instant().getEpochSecond());
        database.write(sql -> {
            KeyRows.insert(sql, key, ApiKeys.hash(secret));
            return true;
        });
        readAgain();
        return new Created(key, secret);
    }

    /** All keys, by project and age. */
    public List<KeyRows.Key> list() {
        return database.read(KeyRows::all);
    }

    /** Has a key count no more. */
    public void revoke(String id) {
        if (!database.write(sql -> KeyRows.delete(sql, id))) {
            throw RejectedException.notFound("key", id);
        }
        readAgain();
    }

    @Override
    public void close() {
        again.close();
    }
}
