package dev.runnel.bench.reliability;

import dev.runnel.bench.Arguments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;

/** A server that works for long is at the end what it was: minutes of {@link Soak}, for those who ask for them with {@code -Dsoak.minutes}. */
@EnabledIfSystemProperty(named = "soak.minutes", matches = "[0-9]+")
class SoakTest {

    @Test
    void nothingGrowsWithTime() throws Exception {
        String minutes = System.getProperty("soak.minutes");
        assertThat(new Soak(new Arguments("--minutes", minutes)).run()).isTrue();
    }
}
