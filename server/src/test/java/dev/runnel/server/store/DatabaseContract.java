package dev.runnel.server.store;

import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.backend.Backend;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.time.SystemTimers;
import dev.runnel.testkit.LogLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Many readers and one writer that commits in groups, on every kind of database. */
@Timeout(180)
public abstract class DatabaseContract {
    @TempDir
    Path folder;

    /** The kind of database, at a place in a folder. */
    protected abstract Backend backend(Path in);

    private Database open() {
        return backend(folder).open(false, SystemTimers.get()).database();
    }

    private static CompletableFuture<Boolean> submit(Database database, Sql.Work<Boolean> work) {
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        database.submit(work, outcome::complete, outcome::completeExceptionally);
        return outcome;
    }

    private static Sql.Work<Boolean> insert(String id) {
        return sql -> {
            Store.insert(sql, "p", new AssistantThread(id, 0, Map.of(), JsonValue.EMPTY_OBJECT));
            return true;
        };
    }

    private static Optional<AssistantThread> stored(Database database, String id) {
        return database.read(sql -> Store.thread(sql, "p", id));
    }

    private static Sql.Work<Boolean> waitFor(CountDownLatch latch) {
        return sql -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return true;
        };
    }

    @Test
    void aListenerThatThrowsDoesNotEndTheWriter() {
        try (Database database = open(); LogLines log = LogLines.of(GroupCommit.class)) {
            database.submit(insert("thread_1"), done -> {
                throw new IllegalStateException("a listener's own fault");
            }, failure -> {});

            assertThat(database.write(insert("thread_2"))).isTrue();
            assertThat(stored(database, "thread_1")).isPresent();
            assertThat(log.lines()).singleElement().asString()
                    .isEqualTo(
                            "SEVERE: a listener to the writer failed: java.lang.IllegalStateException: a listener's own fault");
        }
    }

    /** More than there are connections, so that each of them has met a failure. */
    @Test
    void readsGoOnAfterReadsThatFailed() {
        try (Database database = open()) {
            database.write(insert("thread_1"));
            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> database.read(sql -> sql.first(row -> true, "SELECT 1 FROM nowhere")))
                        .isInstanceOf(StoreException.class).hasMessageStartingWith("reading failed: ");
                assertThatThrownBy(() -> database.read(sql -> {
                    Store.thread(sql, "p", "thread_1");
                    throw new IllegalStateException("the caller's own");
                })).isInstanceOf(IllegalStateException.class);
                assertThat(stored(database, "thread_1")).isPresent();
            }
        }
    }

    /** Also where statements are kept from read to read, and an earlier read of the same rows has read only the first. */
    @Test
    void aReadSeesWhatWasCommittedBefore() {
        try (Database database = open()) {
            for (int i = 0; i < 20; i++) {
                String id = "thread_" + i;
                assertThat(stored(database, id)).isEmpty();
                database.write(insert(id));
                assertThat(stored(database, id)).isPresent();
                List<Long> last = database.read(sql -> sql.list(
                        row -> row.getLong(1), seq -> false, "SELECT seq FROM threads ORDER BY seq DESC"));
                assertThat(last).hasSize(1);
            }
        }
    }

    @Test
    void aJobThatFailsTakesNoOtherOfItsGroupWithIt() {
        try (Database database = open()) {
            CountDownLatch queued = new CountDownLatch(1);
            CompletableFuture<Boolean> first = submit(database, waitFor(queued));
            List<CompletableFuture<Boolean>> outcomes = new ArrayList<>();
            for (String id : List.of("a", "b", "a", "c")) { // the second "a" breaks a rule of the schema
                outcomes.add(submit(database, insert(id)));
            }
            outcomes.add(submit(database, sql -> {
                throw new IllegalStateException("a bug");
            }));
            outcomes.add(submit(database, insert("d")));
            queued.countDown();

            assertThat(first.join()).isTrue();
            for (int good : new int[] {0, 1, 3, 5}) {
                assertThat(outcomes.get(good).join()).isTrue();
            }
            assertThatThrownBy(() -> outcomes.get(2).join()).hasCauseInstanceOf(StoreException.class);
            assertThatThrownBy(() -> outcomes.get(4).join()).hasRootCauseMessage("a bug");
            for (String id : List.of("a", "b", "c", "d")) {
                assertThat(stored(database, id)).as(id).isPresent();
            }
        }
    }

    @Test
    void aJobIsVisibleToReadersWhenItsOutcomeIsKnownAndNotBefore() {
        try (Database database = open()) {
            CountDownLatch latch = new CountDownLatch(1);
            CompletableFuture<Boolean> outcome = submit(database, sql -> {
                insert("a").run(sql);
                return waitFor(latch).run(sql);
            });
            assertThat(stored(database, "a")).isEmpty();
            latch.countDown();

            assertThat(outcome.join()).isTrue();
            assertThat(stored(database, "a")).isPresent();
        }
    }

    @Test
    void whatWaitsIsCommittedBeforeTheDatabaseCloses() {
        List<CompletableFuture<Boolean>> outcomes = new ArrayList<>();
        try (Database database = open()) {
            for (int i = 0; i < 100; i++) {
                outcomes.add(submit(database, insert("thread" + i)));
            }
        }
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.join()).isTrue());
        try (Database again = open()) {
            assertThat(stored(again, "thread99")).isPresent();
        }
    }

    @Test
    void aClosedDatabaseRefusesWork() {
        Database database = open();
        database.close();
        assertThatThrownBy(() -> database.write(insert("a"))).isInstanceOf(StoreException.class);
    }
}
