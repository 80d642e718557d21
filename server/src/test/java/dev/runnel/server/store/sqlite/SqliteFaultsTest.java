package dev.runnel.server.store.sqlite;

import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.backend.Backends;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.StoreException;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.time.SystemTimers;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The words about a file that is no database, and about a disk without room. */
@Timeout(180)
class SqliteFaultsTest {
    @TempDir
    Path folder;

    private Database open() {
        return Backends.of("sqlite:" + folder.resolve("runnel.db")).open(false, SystemTimers.get()).database();
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

    @Test
    void aFullDiskFailsWhatDoesNotFitAndNothingAfterIt() {
        try (Database database = open()) {
            database.write(sql -> sql.first(row -> row.getInt(1), "PRAGMA max_page_count = 64"));

            assertThatThrownBy(() -> database.write(insert("x".repeat(1_000_000))))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("full");
            assertThat(database.write(insert("thread_small"))).isTrue();
            assertThat(stored(database, "thread_small")).isPresent();
        }
    }

    @Test
    void aDatabaseThatIsNoneIsRefusedInPlainWords() {
        assertThatThrownBy(() -> Backends.of("mysql://x").open(false, SystemTimers.get()).database())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sqlite:FILE");
        assertThatThrownBy(
                () -> Backends.of("sqlite:" + folder.resolve("none/runnel.db")).open(false, SystemTimers.get())
                        .database())
                .isInstanceOf(StoreException.class).hasMessageContaining("cannot be opened");
    }
}
