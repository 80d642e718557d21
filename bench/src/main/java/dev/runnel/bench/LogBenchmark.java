package dev.runnel.bench;

import dev.runnel.protocol.ContentDelta;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.backend.Backends;
import dev.runnel.server.backend.Storage;
import dev.runnel.server.base.Ids;
import dev.runnel.server.log.LogAppender;
import dev.runnel.server.log.RunLog;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.time.SystemTimers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of a token until it is durable: appended to its run's log in a database of its own, a file, and waited for. Per event, by how
 * many are appended before they are waited for. The writer rests after each commit for as long as it took, which is part of the time.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class LogBenchmark {
    private static final int RUNS = 100;
    private static final RunEvent DELTA = new RunEvent.MessageDelta(
            "msg_0aB1cD2eF3gH4iJ5kL6mN7oP", List.of(new ContentDelta.Text(0, " stream", null)));

    private Path folder = Path.of("");
    @Nullable
    private Storage storage;
    private final List<LogAppender> appenders = new ArrayList<>();

    @Setup
    public void open() throws IOException {
        Logger.getLogger("").setLevel(Level.WARNING);
        folder = Files.createTempDirectory("runnel-log-");
        Storage opened = Backends.of("sqlite:" + folder.resolve("runnel.db")).open(false, SystemTimers.get());
        storage = opened;
        RunLog log = opened.openLogs();
        for (int i = 0; i < RUNS; i++) {
            Run run = Json.read(("{\"id\": \"" + Ids.run() + "\", \"thread_id\": \"" + Ids.thread() + "\"}")
                    .getBytes(StandardCharsets.UTF_8), Run.class);
            long number = opened.database().write(sql -> Store.insert(sql, "default", run)).orElseThrow();
            appenders.add(log.append(log.take(number).orElseThrow(), List.of()));
        }
    }

    @TearDown
    public void close() throws IOException {
        Objects.requireNonNull(storage).close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** One event, and its commit. */
    @Benchmark
    public void append1() throws InterruptedException {
        append(1);
    }

    /** Ten events of one run. */
    @Benchmark
    @OperationsPerInvocation(10)
    public void append10() throws InterruptedException {
        append(10);
    }

    /** A thousand events of one run. */
    @Benchmark
    @OperationsPerInvocation(1_000)
    public void append1000() throws InterruptedException {
        append(1_000);
    }

    private void append(int events) throws InterruptedException {
        LogAppender appender = appenders.getFirst();
        for (int i = 0; i < events; i++) {
            appender.append(DELTA);
        }
        appender.flush();
    }

    /** An event of each of a hundred runs. */
    @Benchmark
    @OperationsPerInvocation(RUNS)
    public void appendToEachOf100Runs() throws InterruptedException {
        for (LogAppender appender : appenders) {
            appender.append(DELTA);
        }
        for (LogAppender appender : appenders) {
            appender.flush();
        }
    }
}
