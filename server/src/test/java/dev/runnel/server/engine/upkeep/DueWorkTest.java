package dev.runnel.server.engine.upkeep;

import dev.runnel.server.backend.Backends;
import dev.runnel.server.backend.Storage;
import dev.runnel.server.store.rows.DueStore;
import dev.runnel.server.time.SystemTimers;
import dev.runnel.server.time.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(180)
class DueWorkTest {
    private static final String KIND = "tidy";

    @TempDir
    Path folder;

    private final VirtualTime time = new VirtualTime(Instant.parse("2026-01-01T00:00:00Z"));
    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();
    private Storage storage;

    @BeforeEach
    void open() {
        storage = Backends.of("sqlite:" + folder.resolve("runnel.db")).open(false, SystemTimers.get());
    }

    @AfterEach
    void close() {
        storage.close();
    }

    private DueWork start(boolean always, DueWork.Worker worker) {
        return new DueWork(storage.database(), "me", time, time, List.of(DueWork.Kind.of(KIND, always, worker)));
    }

    private Optional<Duration> note(DueStore.Due due) {
        done.add(due.subject());
        return Optional.empty();
    }

    private void put(String subject, Duration in) {
        long dueAt = time.instant().plus(in).toEpochMilli();
        storage.database().write(sql -> {
            DueStore.put(sql, KIND, subject, dueAt);
            return true;
        });
    }

    private String next() throws InterruptedException {
        return String.valueOf(done.poll(30, TimeUnit.SECONDS));
    }

    private long rows() {
        return storage.database()
                .read(sql -> sql.first(row -> row.getLong(1), "SELECT count(*) FROM due_work").orElseThrow());
    }

    @Test
    void workIsDoneAtItsTimeAndOnce() throws InterruptedException {
        try (DueWork _ = start(false, this::note)) {
            put("late", Duration.ofMinutes(2));
            put("early", Duration.ofMinutes(1));
            time.pass(Duration.ofSeconds(59));
            assertThat(done).isEmpty();
            time.pass(Duration.ofSeconds(2));
            assertThat(next()).isEqualTo("early");
            awaitGivenBack();
            time.pass(Duration.ofMinutes(1));
            assertThat(next()).isEqualTo("late");
            awaitGivenBack();
            time.pass(Duration.ofHours(1));
        }
        assertThat(done).isEmpty();
        assertThat(rows()).isZero();
    }

    @Test
    void workThatIsAlwaysDueIsDoneAtTheStartAndAgain() throws InterruptedException {
        try (DueWork _ = start(true, subject -> {
            done.add("done");
            return Optional.of(Duration.ofMinutes(1));
        })) {
            for (int i = 0; i < 3; i++) {
                time.pass(Duration.ofSeconds(1));
                assertThat(next()).isEqualTo("done");
                awaitGivenBack();
                time.pass(Duration.ofSeconds(58));
                assertThat(done).isEmpty();
                time.pass(Duration.ofSeconds(1));
            }
        }
    }

    private void awaitGivenBack() {
        while (storage.database()
                .read(sql -> sql.first(row -> true, "SELECT 1 FROM due_work WHERE owner IS NOT NULL")).isPresent()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aTurnIsNotBehindAllTheWorkOfAnother() throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            put("crowd" + i, "crowd");
        }
        Semaphore gate = new Semaphore(0);
        DueWork.Kind oneAtATime = new DueWork.Kind(KIND, false, 1, Thread.ofVirtual().factory(), due -> {
            done.add(due.subject());
            gate.acquireUninterruptibly();
            return due.subject().equals("crowd0") ? Optional.of(Duration.ZERO) : Optional.empty();
        });
        try (DueWork _ = new DueWork(storage.database(), "me", time, time, List.of(oneAtATime))) {
            time.pass(Duration.ofSeconds(1));
            assertThat(next()).isEqualTo("crowd0");
            put("small", "another");
            put("second", "another");

            List<String> after = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                gate.release();
                after.add(next());
            }

            assertThat(after).containsExactly("small", "crowd1", "second", "crowd2");
            gate.release(200);
        }
    }

    private void put(String subject, String turn) {
        storage.database().write(sql -> {
            DueStore.put(sql, KIND, subject, turn, time.millis());
            return true;
        });
        time.pass(Duration.ofMillis(1)); // puts them in order
    }

    @Test
    void aTimeThatIsSetBackDelaysNothing() throws InterruptedException {
        try (DueWork _ = start(false, this::note)) {
            time.pass(Duration.ofSeconds(1));
            put("a", Duration.ofMinutes(1));
            time.jump(Duration.ofHours(-2));
            time.pass(Duration.ofSeconds(59));
            assertThat(done).isEmpty();
            time.pass(Duration.ofSeconds(2));
            assertThat(next()).isEqualTo("a");
        }
    }

    @Test
    void aTimeThatIsSetForwardBringsWorkForward() throws InterruptedException {
        try (DueWork _ = start(false, this::note)) {
            put("a", Duration.ofMinutes(1));
            time.jump(Duration.ofHours(2));
            time.pass(Duration.ofSeconds(1));
            assertThat(next()).isEqualTo("a");
        }
    }

    @Test
    void workWhoseTakerDiedIsDoneByAnotherWhenItsLeaseIsOver() throws InterruptedException {
        put("a", Duration.ZERO);
        long now = time.millis();
        storage.database().write(sql -> DueStore.take(sql, KIND, DueStore.NO_TURN, "another", now, now + 30_000, 10));
        try (DueWork _ = start(false, this::note)) {
            time.pass(Duration.ofSeconds(29));
            assertThat(done).isEmpty();
            time.pass(Duration.ofSeconds(2));
            assertThat(next()).isEqualTo("a");
        }
        assertThat(rows()).isZero();
    }
}
