package dev.runnel.server;

import dev.runnel.server.backend.Backends;
import dev.runnel.server.base.AllowedOrigins;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Options that are wrong are quoted, and the passwords in them are not: the console and the log are read by others. */
class SecretsInMessagesTest {
    @ParameterizedTest
    @ValueSource(strings = {
        "mysql://runnel:hunter2@db/runnel", "mysql://runnel:hunter2", "hunter2@db",
        "postgresql://runnel:hunter2/runnel",
        "postgresql://runnel:hun@ter@hunter2/", "postgresql://db/runnel?hunter2", "mysql://db/runnel?password=hunter2",
        "postgresql://runnel:hunter2@db:x/runnel", "postgresql://runnel:hunter2@db/runnel?pool=none",
        "postgresql://db/runnel?unknown=hunter2"})
    void aDatabasesUrlThatIsWrongIsRefusedWithoutItsPassword(String url) {
        assertThatThrownBy(() -> Backends.of(url)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2").hasMessageContaining("database");
    }

    @Test
    void anOriginThatIsWrongIsRefusedWithoutItsPassword() {
        for (String origin : List.of("https://ann:hunter2@app.example", "https://app.example?key=hunter2")) {
            assertThatThrownBy(() -> AllowedOrigins.of(List.of(origin))).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("hunter2").hasMessageContaining("app.example");
        }
    }
}
