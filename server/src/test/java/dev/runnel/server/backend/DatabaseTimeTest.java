package dev.runnel.server.backend;

import dev.runnel.server.store.Sql;
import dev.runnel.server.store.postgres.DatabaseTime;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** Nodes go by the database's clock. */
@Timeout(60)
class DatabaseTimeTest {
    private static final Duration BEHIND = Duration.ofHours(1);

    @TempDir
    Path folder;

    private void measure(DatabaseTime time) throws SQLException {
        try (Sql sql = new Sql(PostgresServer.connect(folder), true)) {
            time.measure(sql);
        }
    }

    @Test
    void aClockThatIsWrongIsSetRight() throws SQLException {
        DatabaseTime time = new DatabaseTime(() -> System.currentTimeMillis() - BEHIND.toMillis());
        measure(time);
        assertThat(time.right(() -> Instant.now().minus(BEHIND)).instant())
                .isCloseTo(Instant.now(), within(1, ChronoUnit.SECONDS));
    }

    @Test
    void aClockThatIsRightIsLeftAlone() throws SQLException {
        DatabaseTime time = new DatabaseTime(System::currentTimeMillis);
        measure(time);
        Instant now = Instant.ofEpochSecond(1_800_000_000);
        assertThat(time.right(() -> now).instant()).isEqualTo(now);
    }
}
