package dev.runnel.server.store.rows;

import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.backend.Backend;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.rows.DueStore.Due;
import dev.runnel.server.time.SystemTimers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

/** Statements where kinds of databases differ: numbers, conflicts, nulls, rows in their order. */
@Timeout(180)
public abstract class RowsContract {
    private static final long NEVER = 4_000_000_000_000L;

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

    private static Run run(String id, String thread, String status) {
        String expiresAt = status.equals("queued") ? "1800000000" : "null";
        return Json.read("""
                {"id": "%s", "assistant_id": "a", "thread_id": "%s", "model": "m", "status": "%s", "expires_at": %s}"""
                .formatted(id, thread, status, expiresAt).getBytes(StandardCharsets.UTF_8), Run.class);
    }

    private Optional<Long> insert(String id, String thread) {
        return database.write(sql -> Store.insert(sql, "p", run(id, thread, "queued")));
    }

    private List<Due> due() {
        return database
                .write(sql -> DueStore.take(sql, DueStore.EXPIRE_RUN, DueStore.NO_TURN, "me", NEVER, NEVER, 100));
    }

    @Test
    void aThreadHasOneRunAtATimeAndRunsAreNumberedFromOne() {
        assertThat(insert("run_1", "thread_1")).contains(1L);
        assertThat(insert("run_2", "thread_1")).isEmpty();
        assertThat(insert("run_3", "thread_2").orElseThrow()).isGreaterThan(1);
        database.write(sql -> {
            Store.update(sql, run("run_1", "thread_1", "completed"));
            return true;
        });
        assertThat(insert("run_4", "thread_1")).isPresent();
        assertThat(database.read(sql -> Store.activeRun(sql, "thread_1")).map(Run::id)).contains("run_4");
        assertThat(database.read(Store::activeRuns))
                .extracting(number -> database.read(sql -> Store.run(sql, number)).orElseThrow().id())
                .containsExactly("run_3", "run_4");
    }

    @Test
    void aRunIsDueToExpireUntilItHasEnded() {
        insert("run_1", "thread_1");
        insert("run_2", "thread_2");
        database.write(sql -> {
            Store.update(sql, run("run_1", "thread_1", "completed"));
            return true;
        });
        assertThat(due()).extracting(Due::kind, Due::subject)
                .containsExactly(tuple(DueStore.EXPIRE_RUN, "run_2"));
    }

    @Test
    void aListIsWalkedInTheOrderOfItsMakingThoughItsCursorsAreDeleted() {
        for (int i = 1; i <= 5; i++) {
            String id = "thread_" + i;
            database.write(sql -> {
                Store.insert(sql, "p", new AssistantThread(id, 0, Map.of(), JsonValue.EMPTY_OBJECT));
                return true;
            });
        }
        assertThat(threads(null)).isEqualTo(List.of("thread_1", "thread_2"));
        assertThat(deleteThread("thread_2")).isTrue();
        assertThat(deleteThread("thread_2")).isFalse();
        assertThat(threads("thread_2")).isEqualTo(List.of("thread_3", "thread_4"));
        assertThatThrownBy(() -> threads("thread_9")).isInstanceOf(UnknownCursorException.class);
    }

    private boolean deleteThread(String id) {
        return database.write(sql -> Store.deleteThread(sql, "p", id));
    }

    private List<String> threads(@Nullable String after) {
        Page<AssistantThread> page = database
                .read(sql -> Store.threads(sql, "p", new PageRequest(2, true, after, null)));
        return page.data().stream().map(AssistantThread::id).toList();
    }

    @Test
    void aFileWithoutAnEndIsNeverExpired() {
        database.write(sql -> {
            FileRows.insert(sql, "p", new FileObject("file-1", "vision", "a", 1, 0, null, "processed", null));
            FileRows.insert(sql, "p", new FileObject("file-2", "vision", "b", 1, 0, 100L, "processed", null));
            return true;
        });
        boolean expired = database.read(sql -> FileRows.hasExpired(sql, 99));
        List<String> deleted = database.write(sql -> FileRows.deleteExpired(sql, NEVER));
        assertThat(expired).isFalse();
        assertThat(deleted).containsExactly("file-2");
        assertThat(database.read(FileRows::ids)).containsExactly("file-1");
    }

    @Test
    void aKeyIsKeptInPlaceOfTheOneBefore() {
        IdempotencyStore.Done first = new IdempotencyStore.Done("r1", "t", "o", 1);
        IdempotencyStore.Done second = new IdempotencyStore.Done("r2", "t", "o", 2);
        database.write(sql -> {
            assertThat(IdempotencyStore.put(sql, "p", "k", first, 10, 0)).isTrue();
            assertThat(IdempotencyStore.put(sql, "p", "k", second, 20, 9)).as("the first is still good").isFalse();
            assertThat(IdempotencyStore.put(sql, "p", "k", second, 20, 10)).isTrue();
            return true;
        });
        assertThat(find()).contains(second);
        int removed = database.write(sql -> IdempotencyStore.deleteUntil(sql, 20, 5));
        assertThat(removed).isEqualTo(1);
        assertThat(find()).isEmpty();
    }

    private Optional<IdempotencyStore.Done> find() {
        return database.read(sql -> IdempotencyStore.find(sql, "p", "k", 0));
    }
}
