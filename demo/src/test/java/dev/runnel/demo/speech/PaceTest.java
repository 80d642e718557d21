package dev.runnel.demo.speech;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PaceTest {

    private static final List<String> TOKENS = Storyteller.tokens(Storyteller.Ask.of("Tell me a short story."));

    @Test
    void storiesRunAtFortyTokensPerSecond() {
        for (var prompt : List.of("Tell me a short story.", "a story about a fox", "a story about the moon",
                "another")) {
            for (var seed = 0; seed < 20; seed++) {
                assertThat(speed(Pace.reading(seed), Storyteller.tokens(Storyteller.Ask.of(prompt)))).isBetween(36.0,
                        44.0);
            }
        }
    }

    @Test
    void anotherSpeedScalesAllWaitsButTheFirst() {
        var slow = new Pace(10, Duration.ofSeconds(1), 7);

        assertThat(speed(slow, TOKENS)).isBetween(9.0, 11.0);
        assertThat(slow.before(0, TOKENS)).isEqualTo(Duration.ofSeconds(1));
        assertThat(Pace.reading(7).before(0, TOKENS)).isEqualTo(Duration.ofMillis(150));
    }

    @Test
    void theSameSeedGivesTheSameWaits() {
        assertThat(waits(Pace.reading(3), TOKENS)).isEqualTo(waits(Pace.reading(3), TOKENS));
        assertThat(waits(Pace.reading(3), TOKENS)).isNotEqualTo(waits(Pace.reading(4), TOKENS));
    }

    @Test
    void waitsVary() {
        var plain = IntStream.range(1, 100).mapToObj(i -> Pace.reading(i).before(1, List.of(" a", " b"))).toList();

        assertThat(plain.stream().distinct().count()).isGreaterThan(50);
        assertThat(plain).allMatch(wait -> wait.toMillis() >= 10 && wait.toMillis() <= 35);
    }

    @Test
    void thereIsAPauseAfterASentenceAndALongerOneAfterAParagraph() {
        var tokens = List.of("One", ".", " Two", "\n\n", "Three", " 3", ".", "1");
        for (var seed = 0; seed < 50; seed++) {
            var waits = waits(Pace.reading(seed), tokens);
            assertThat(waits.get(2)).isGreaterThan(waits.get(1));
            assertThat(waits.get(4)).isGreaterThan(waits.get(2));
            assertThat(waits.get(7).toMillis()).isLessThan(35);
        }
    }

    @Test
    void aPaceWithoutSpeedIsRefused() {
        assertThatThrownBy(() -> new Pace(0, Duration.ZERO, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Pace(1, Duration.ofMillis(-1), 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Duration> waits(Pace pace, List<String> tokens) {
        return IntStream.range(0, tokens.size()).mapToObj(i -> pace.before(i, tokens)).toList();
    }

    private static double speed(Pace pace, List<String> tokens) {
        var nanos = waits(pace, tokens).stream().skip(1).mapToLong(Duration::toNanos).sum();
        return 1e9 * (tokens.size() - 1) / nanos;
    }
}
