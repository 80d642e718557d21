package dev.runnel.bench.reliability;

import dev.runnel.bench.Arguments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** A server that works for long is at the end what it was: minutes of {@link Soak}, for those who name this test; {@code -Dsoak.minutes} says how many. */
@Timeout(5_000)
class SoakTest {

    @Test
    void nothingGrowsWithTime() throws Exception {
        String minutes = System.getProperty("soak.minutes", "2");
        assertThat(new Soak(new Arguments("--minutes", minutes)).run()).isTrue();
    }
}
