package dev.runnel.server.store.rows;

import dev.runnel.server.backend.Backend;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.rows.HandedCalls.Standing;
import dev.runnel.server.store.rows.HandedCalls.Taken;
import dev.runnel.server.time.SystemTimers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A call is taken once, its answer comes to whoever waits, and nothing stays of nodes that are gone, on every kind of database. */
@Timeout(180)
public abstract class HandedCallsContract {
    private static final long NOW = 1_800_000_000_000L;
    private static final long LIFE = 15_000;

    @TempDir
    Path folder;

    private Database database;

    /** The kind of database, at a place in a folder. */
    protected abstract Backend backend(Path in);

    @BeforeEach
    void open() {
        database = backend(folder).open(false, SystemTimers.get()).database();
        alive("asker", NOW);
        alive("other", NOW);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void alive(String node, long now) {
        database.write(sql -> {
            HandedCalls.alive(sql, node, now + LIFE);
            return true;
        });
    }

    private boolean ask(String id, String node, long now) {
        return database.write(sql -> HandedCalls.ask(sql, id, node, "asker", "please", now));
    }

    private List<Taken> take(String node) {
        return database.write(sql -> HandedCalls.take(sql, node, 10));
    }

    private Optional<Standing> find(String id, long now) {
        return database.read(sql -> HandedCalls.find(sql, id, now));
    }

    private Set<String> awaited(long now) {
        return database.read(sql -> HandedCalls.awaited(sql, "other", now));
    }

    private boolean isAnyToTake(String node) {
        return database.read(sql -> HandedCalls.isAnyToTake(sql, node));
    }

    private void forget(long now, long since) {
        database.write(sql -> {
            HandedCalls.forget(sql, now, since);
            return true;
        });
    }

    @Test
    void aCallIsTakenOnceByTheNodeThatIsAskedAndAnswered() {
        assertThat(ask("a", "other", NOW)).isTrue();
        assertThat(isAnyToTake("asker")).isFalse();
        assertThat(isAnyToTake("other")).isTrue();
        assertThat(take("asker")).isEmpty();
        assertThat(take("other")).containsExactly(new Taken("a", "asker", "please"));
        assertThat(take("other")).isEmpty();
        assertThat(isAnyToTake("other")).isFalse();
        assertThat(find("a", NOW)).contains(new Standing(true, null));
        database.write(sql -> {
            HandedCalls.answer(sql, "a", "done");
            return true;
        });
        assertThat(find("a", NOW)).contains(new Standing(true, "done"));
        assertThat(database.<Boolean>write(sql -> HandedCalls.remove(sql, "a"))).isTrue();
        assertThat(find("a", NOW)).isEmpty();
    }

    @Test
    void aNodeThatIsNotThereIsNotAsked() {
        assertThat(ask("a", "nobody", NOW)).isFalse();
        assertThat(ask("b", "other", NOW + LIFE)).isTrue();
        assertThat(ask("c", "other", NOW + LIFE + 1)).isFalse();
    }

    @Test
    void aCallThatWasWithdrawnIsAwaitedNoLongerAndItsAnswerIsLost() {
        ask("a", "other", NOW);
        ask("b", "other", NOW);
        take("other");
        assertThat(awaited(NOW)).containsExactlyInAnyOrder("a", "b");
        assertThat(database.<Boolean>write(sql -> HandedCalls.remove(sql, "a"))).isFalse();
        database.write(sql -> {
            HandedCalls.answer(sql, "a", "too late");
            return true;
        });
        assertThat(find("a", NOW)).isEmpty();
        assertThat(awaited(NOW)).containsExactly("b");
    }

    @Test
    void nobodyWaitsWhoHasGivenNoSignOfLife() {
        ask("a", "other", NOW);
        take("other");
        long later = NOW + LIFE + 1;
        alive("other", later);
        assertThat(awaited(later)).isEmpty();
        alive("asker", later);
        assertThat(awaited(later)).containsExactly("a");
    }

    @Test
    void nothingStaysOfNodesThatAreGone() {
        ask("a", "other", NOW);
        long later = NOW + LIFE + 1;
        alive("asker", later);
        assertThat(find("a", later)).contains(new Standing(false, null));
        forget(later, NOW);
        assertThat(find("a", later)).isEmpty();
        alive("other", later);
        ask("b", "other", later);
        database.write(sql -> {
            HandedCalls.gone(sql, "asker");
            return true;
        });
        assertThat(find("b", later)).isEmpty();
    }
}
