package dev.runnel.server.store.rows;

import dev.runnel.server.backend.Backend;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.rows.DueStore.Due;
import dev.runnel.server.time.SystemTimers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Work that is due is taken by one taker at a time, on every kind of database. */
@Timeout(180)
public abstract class DueStoreContract {
    private static final long NOW = 1_800_000_000_000L;
    private static final long LEASE = 30_000;

    @TempDir
    Path folder;

    private Database database;

    /** The kind of database, at a place in a folder. */
    protected abstract Backend backend(Path in);

    @BeforeEach
    void open() {
        database = backend(folder).open(false, SystemTimers.get()).database();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void put(String subject, long dueAt) {
        database.write(sql -> {
            DueStore.put(sql, "tidy", subject, dueAt);
            return true;
        });
    }

    private List<Due> take(long now) {
        return database.write(sql -> DueStore.take(sql, "tidy", DueStore.NO_TURN, "me", now, now + LEASE, 2));
    }

    private boolean isAnyDue(long now) {
        return database.read(sql -> DueStore.isAnyDue(sql, "tidy", now));
    }

    private boolean done(Due due) {
        return database.write(sql -> DueStore.done(sql, due));
    }

    private boolean putOff(Due due, long dueAt) {
        return database.write(sql -> DueStore.putOff(sql, due, dueAt));
    }

    @Test
    void theLongestDueIsTakenFirstAndWhatIsNotDueIsNotTaken() {
        put("b", NOW - 1);
        put("c", NOW);
        put("a", NOW - 2);
        put("later", NOW + 1);
        assertThat(isAnyDue(NOW - 3)).isFalse();
        assertThat(isAnyDue(NOW)).isTrue();

        assertThat(take(NOW)).extracting(Due::subject).containsExactlyInAnyOrder("a", "b");
        assertThat(take(NOW)).extracting(Due::subject).containsExactly("c");
        assertThat(take(NOW)).isEmpty();
        assertThat(isAnyDue(NOW)).isFalse();
    }

    @Test
    void turnsComeOneAfterTheOtherAndThoseWithoutDueWorkAreLeftOut() {
        put("free", NOW);
        for (String turn : List.of("acme", "beta", "rival")) {
            database.write(sql -> {
                DueStore.put(sql, "tidy", "of " + turn, turn, turn.equals("beta") ? NOW + 1 : NOW);
                return true;
            });
        }
        assertThat(turnAfter("")).isEqualTo("acme");
        assertThat(turnAfter("acme")).isEqualTo("rival");
        assertThat(turnAfter("aldi")).isEqualTo("rival");
        assertThat(turnAfter("rival")).isEmpty();

        assertThat(take(NOW)).extracting(Due::subject).containsExactly("free");
        assertThat(turnAfter("rival")).isEqualTo("acme");
        Optional<String> other = database.read(sql -> DueStore.turnAfter(sql, "other", "", NOW));
        assertThat(other).isEmpty();
    }

    private String turnAfter(String turn) {
        return database.read(sql -> DueStore.turnAfter(sql, "tidy", turn, NOW)).orElseThrow();
    }

    @Test
    void whatIsDoneIsGone() {
        put("a", NOW);
        Due taken = take(NOW).getFirst();
        assertThat(done(taken)).isTrue();
        assertThat(done(taken)).isFalse();
        assertThat(take(NOW + 10 * LEASE)).isEmpty();
    }

    @Test
    void whoeverOutlivedItsLeaseHasNoSayAnyMore() {
        put("a", NOW);
        Due first = take(NOW).getFirst();
        Due second = take(NOW + LEASE).getFirst();
        assertThat(second.fence()).isGreaterThan(first.fence());
        assertThat(done(first)).isFalse();
        assertThat(putOff(first, NOW)).isFalse();
        assertThat(putOff(second, NOW + 2 * LEASE)).isTrue();
        assertThat(take(NOW + 2 * LEASE - 1)).isEmpty();
        assertThat(take(NOW + 2 * LEASE)).extracting(Due::subject).containsExactly("a");
    }

    @Test
    void whatIsPutAnewIsTakenFromItsTaker() {
        put("a", NOW);
        Due first = take(NOW).getFirst();
        put("a", NOW);
        Due second = take(NOW).getFirst();
        assertThat(second.fence()).isGreaterThan(first.fence());
        assertThat(done(first)).isFalse();
    }

    @Test
    void whatIsRemovedIsNotDone() {
        put("a", NOW);
        Due taken = take(NOW).getFirst();
        database.write(sql -> {
            DueStore.remove(sql, "tidy", "a");
            return true;
        });
        assertThat(putOff(taken, NOW)).isFalse();
        assertThat(take(NOW + LEASE)).isEmpty();
    }

    @Test
    void aClockThatIsSetBackTakesAllTimesWithIt() {
        put("a", NOW + 5_000);
        database.write(sql -> {
            DueStore.shift(sql, 4_000);
            return true;
        });
        assertThat(take(NOW + 999)).isEmpty();
        assertThat(take(NOW + 1_000)).hasSize(1);
    }
}
