package dev.runnel.server.backend;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.rows.DueStore;
import dev.runnel.server.time.SystemTimers;
import dev.runnel.testkit.Await;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Nodes that wait for each other in a circle: PostgreSQL ends the transaction of one of them. */
@Timeout(120)
class DeadlockTest {
    private static final String WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted";

    @TempDir
    Path folder;

    @Test
    void theWorkOfTheNodeThatLosesIsDoneAgain() throws Exception {
        try (Storage storage = Backends.of(PostgresServer.url(folder)).open(true, SystemTimers.get());
                Connection other = PostgresServer.connect(folder);
                Statement statement = other.createStatement()) {
            Database database = storage.database();
            database.write(sql -> {
                DueStore.put(sql, "a", "", 0);
                DueStore.put(sql, "b", "", 0);
                return true;
            });
            AtomicInteger tries = new AtomicInteger();
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch circle = new CountDownLatch(1);

            CompletableFuture<Integer> work = CompletableFuture.supplyAsync(() -> database.write(sql -> {
                sql.update("UPDATE due_work SET due_at = due_at + 1 WHERE kind = 'a'");
                begun.countDown();
                if (tries.incrementAndGet() == 1) {
                    await(circle);
                }
                return sql.update("UPDATE due_work SET due_at = due_at + 1 WHERE kind = 'b'");
            }));
            begun.await();
            other.setAutoCommit(false);
            statement.execute("SET deadlock_timeout = '1h'"); // so that it is the node that loses
            statement.execute("UPDATE due_work SET due_at = due_at + 10 WHERE kind = 'b'");
            CompletableFuture<Void> others = CompletableFuture.runAsync(() -> endInA(other, statement));
            Await.until("the other transaction waits", () -> !PostgresServer.column(folder, WAITING).isEmpty());
            circle.countDown();

            assertThat(work.join()).isEqualTo(1);
            others.join();
            assertThat(tries).hasValue(2);
            assertThat(PostgresServer.column(folder, "SELECT due_at FROM due_work WHERE kind IN ('a', 'b')"))
                    .containsExactly("11", "11");
        }
    }

    private static void endInA(Connection connection, Statement statement) {
        try {
            statement.execute("UPDATE due_work SET due_at = due_at + 10 WHERE kind = 'a'");
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
