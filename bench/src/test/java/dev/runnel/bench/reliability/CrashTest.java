package dev.runnel.bench.reliability;

import dev.runnel.bench.Faults;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** A server that is killed again and again keeps its promises about streams: ten short rounds of what {@link CrashRounds} does. */
@Timeout(180)
class CrashTest {
    private static final int ROUNDS = 5;
    private static final Duration LIMIT = Duration.ofSeconds(30); // a slow machine does fewer

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"retry, 1", "fail, 2"})
    void nothingThatWasSeenIsLostAndEveryRunEnds(String onCrash, int kills) throws Exception {
        CrashOptions options = new CrashOptions(
                ROUNDS, 16, 8, 48, Duration.ofMillis(10), kills, Duration.ofSeconds(60), LIMIT, onCrash,
                System.nanoTime(),
                folder, null);
        Path report = Path.of("target", "crash-" + onCrash + ".txt");
        try (PrintStream out = new PrintStream(report.toFile(), UTF_8)) {
            Faults<Fault> faults = new CrashRounds(options, out).run();

            assertThat(faults.cases()).as("see %s", report.toAbsolutePath()).isEmpty();
            assertThat(faults.total()).isZero();
        }
    }
}
