package dev.runnel.server.search.index;

import dev.runnel.server.search.ChunkChange;
import dev.runnel.server.search.ChunkIndex;
import dev.runnel.server.search.ChunkSource;
import dev.runnel.server.search.Hit;
import dev.runnel.server.search.SearchQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.store.LockObtainFailedException;
import org.jspecify.annotations.Nullable;

/**
 * An index by Lucene. A thread of its own follows the source: it reads the changes after the last one applied, at once
 * after {@link #wake} and otherwise every second. The index on the disk stores up to which change it is complete. An
 * index that is missing, damaged, or of another source or format is rebuilt.
 */
final class LuceneIndex implements ChunkIndex {
    private static final Logger LOG = Logger.getLogger(LuceneIndex.class.getName());

    /** How many changes are applied before the thread checks whether the index was closed. */
    private static final int BATCH = 500;

    private static final Duration POLL = Duration.ofSeconds(1);
    /**
     * The time between refreshes while there are many changes to apply. Each refresh makes a segment, and segments have
     * to be merged.
     */
    private static final Duration BETWEEN_REFRESHES = Duration.ofSeconds(10);

    private static final Duration BETWEEN_COMMITS = Duration.ofSeconds(30);

    /** How long a search waits for an index that is being rebuilt. */
    private static final Duration REPAIR = Duration.ofSeconds(10);

    private final Path folder;
    private final ChunkSource source;
    private final Analyzer analyzer = Words.all();
    private final Thread follower;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private @Nullable OpenIndex open;
    private long applied;
    private boolean woken = true;
    private boolean damaged;
    private boolean closed;

    /** For the follower's thread alone. */
    private String identity = "";
    private long committed;
    private long lastCommit = System.nanoTime();
    private boolean failing;

    private LuceneIndex(Path folder, ChunkSource source) {
        this.folder = folder;
        this.source = source;
        this.follower = Thread.ofPlatform().daemon().name("search-index").unstarted(this::follow);
    }

    static LuceneIndex open(Path folder, ChunkSource source) {
        LuceneIndex index = new LuceneIndex(folder, source);
        index.follower.start();
        return index;
    }

    @Override
    public void wake() {
        lock.lock();
        try {
            woken = true;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean await(long change, Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long left = limit.toNanos();
            while ((open == null || damaged || applied < change) && !closed) {
                if (left <= 0) {
                    return false;
                }
                woken = true;
                moved.signalAll();
                left = moved.awaitNanos(left);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Hit> search(SearchQuery query) throws IOException, InterruptedException {
        OpenIndex there = usable();
        try {
            return search(there, query);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "The search index cannot be read. The server rebuilds it.", e);
            spoiled(there);
            return search(usable(), query);
        }
    }

    private List<Hit> search(OpenIndex there, SearchQuery query) throws IOException {
        return there.search(searcher -> new HybridSearch(searcher, query).hits());
    }

    private OpenIndex usable() throws IOException, InterruptedException {
        if (!await(0, REPAIR)) {
            lock.lock();
            try {
                if (closed) {
                    throw new IllegalStateException("the search index is closed");
                }
            } finally {
                lock.unlock();
            }
            throw new IOException("the search index is being made anew");
        }
        lock.lock();
        try {
            if (open == null) {
                throw new IOException("the search index is being made anew");
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    private void spoiled(OpenIndex there) {
        lock.lock();
        try {
            if (open == there) {
                damaged = true;
                moved.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void follow() {
        while (waitForWork()) {
            try {
                step();
                failing = false;
            } catch (IOException | RuntimeException e) {
                if (!failing) {
                    LOG.log(Level.WARNING, "The search index cannot take up new changes. The server tries again.", e);
                }
                failing = true;
            }
        }
        finish();
    }

    /** Waits until there may be changes to apply. False if the index was closed. */
    private boolean waitForWork() {
        lock.lock();
        try {
            long left = POLL.toNanos();
            // After a failure a wake-up does not shorten the wait.
            while (!closed && (failing || !woken) && left > 0) {
                left = moved.awaitNanos(left);
            }
            woken = false;
            return !closed;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void step() throws IOException {
        ChunkSource.State state = source.state();
        OpenIndex index = current(state);
        long at = applied();
        long refreshed = System.nanoTime();
        while (at < state.newest() && !isClosed()) {
            List<ChunkChange> changes = source.after(at, BATCH);
            boolean caughtUp = changes.size() < BATCH || changes.getLast().change() >= state.newest();
            at = caughtUp ? state.newest() : changes.getLast().change();
            boolean shown = caughtUp || System.nanoTime() - refreshed >= BETWEEN_REFRESHES.toNanos();
            try {
                index.apply(changes);
                if (shown) {
                    index.refresh();
                }
            } catch (IOException | RuntimeException e) {
                spoiled(index);
                throw e;
            }
            if (shown) {
                refreshed = System.nanoTime();
                moveTo(index, at);
            }
            commitSometimes(index, at);
        }
        commitSometimes(index, at);
    }

    /** The open index, if it belongs to the source's current list. Otherwise the index is opened, or rebuilt. */
    private OpenIndex current(ChunkSource.State state) throws IOException {
        lock.lock();
        try {
            OpenIndex there = open;
            if (there != null && !damaged && goesWith(state, applied)) {
                identity = state.identity();
                return there;
            }
        } finally {
            lock.unlock();
        }
        closeOpen();
        OpenIndex index = opened(state);
        identity = state.identity();
        committed = index.committed(identity);
        lock.lock();
        try {
            open = index;
            damaged = false;
            applied = committed;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
        return index;
    }

    /** Whether the index is of the source's list, and the source still has all changes after this one. */
    private boolean goesWith(ChunkSource.State state, long change) {
        return state.identity().equals(identity) && change <= state.newest()
                && (change >= state.forgotten() || change == 0);
    }

    private OpenIndex opened(ChunkSource.State state) throws IOException {
        boolean wasDamaged = isDamaged();
        if (!wasDamaged) {
            try {
                OpenIndex index = OpenIndex.open(folder, analyzer);
                long change = index.committed(state.identity());
                identity = state.identity();
                if (goesWith(state, change) && (change > 0 || index.isEmpty())) {
                    return index;
                }
                index.close();
            } catch (LockObtainFailedException e) {
                // Another process or object has the index open, so it must not be removed.
                throw e;
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "The search index in " + folder + " is damaged. The server rebuilds it.", e);
            }
        }
        OpenIndex.delete(folder);
        return OpenIndex.open(folder, analyzer);
    }

    private void closeOpen() {
        OpenIndex there;
        lock.lock();
        try {
            there = open;
            open = null;
        } finally {
            lock.unlock();
        }
        if (there != null) {
            try {
                there.close();
            } catch (IOException e) {
                LOG.log(Level.FINE, "Cannot close the damaged search index.", e);
            }
        }
    }

    private void moveTo(OpenIndex index, long change) {
        lock.lock();
        try {
            if (open == index) {
                applied = change;
                moved.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether a start would have to read changes again, or to merge segments again. */
    private boolean isUnsaved(OpenIndex index, long change) {
        return change > committed || index.hasUncommitted();
    }

    private void commitSometimes(OpenIndex index, long change) throws IOException {
        if (!isUnsaved(index, change) || System.nanoTime() - lastCommit < BETWEEN_COMMITS.toNanos()) {
            return;
        }
        try {
            commit(index, change);
            index.refresh(); // searches the segments that were merged since
        } catch (IOException | RuntimeException e) {
            spoiled(index);
            throw e;
        }
    }

    private void commit(OpenIndex index, long change) throws IOException {
        index.commit(identity, change);
        committed = change;
        lastCommit = System.nanoTime();
    }

    private long applied() {
        lock.lock();
        try {
            return applied;
        } finally {
            lock.unlock();
        }
    }

    private boolean isDamaged() {
        lock.lock();
        try {
            return damaged;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void finish() {
        OpenIndex there = open;
        if (there != null && !isDamaged() && isUnsaved(there, applied())) {
            try {
                commit(there, applied());
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING,
                        "The search index could not save its last changes. The next start reads them again.", e);
            }
        }
        closeOpen();
    }

    /** Waits for the thread to end. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            follower.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted while the search index was closed", e));
        }
    }
}
