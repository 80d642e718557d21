package dev.runnel.bench.reliability.ingest;

import dev.runnel.bench.Faults;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** A server that is killed while files are made searchable loses none: two short rounds of what {@link IngestRounds} does. */
@Timeout(600)
class IngestCrashTest {
    private static final Duration LIMIT = Duration.ofSeconds(15); // a slow machine does one

    @TempDir
    Path folder;

    @Test
    void everyFileEndsAndIsFoundOnce() throws Exception {
        IngestOptions options = new IngestOptions(
                2, IngestOptions.LEAST_FILES, 2, false, Duration.ofMinutes(4), LIMIT, System.nanoTime(), null, folder);
        Path report = Path.of("target", "crash-ingest.txt");
        try (PrintStream out = new PrintStream(report.toFile(), UTF_8)) {
            Faults<IngestFault> faults = new IngestRounds(options, out).run();

            assertThat(faults.cases()).as("see %s", report.toAbsolutePath()).isEmpty();
            assertThat(faults.total()).isZero();
        }
    }
}
