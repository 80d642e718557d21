package dev.runnel.server.log;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunEvent;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.backend.Backend;
import dev.runnel.server.backend.Storage;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.rows.Store;
import dev.runnel.server.time.SystemTimers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The logs of one kind of database, with a crash and shorthand for tests. */
@Timeout(180)
public abstract class LogFixture {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private Storage storage;
    Database database;
    RunLog log;

    /** The kind of database that keeps the logs, at a place in a folder. */
    protected abstract Backend backend(Path in);

    @BeforeEach
    void open() {
        storage = backend(folder).open(false, SystemTimers.get());
        database = storage.database();
        log = storage.openLogs();
    }

    @AfterEach
    void close() {
        log.close();
        storage.close();
    }

    /** The committed rows are there, and no others of the server. */
    void crash() {
        close();
        open();
    }

    static Run run(String id, String status) {
        return Json.read(
                "{\"id\":\"%s\",\"assistant_id\":\"a\",\"thread_id\":\"thread_%s\",\"model\":\"m\",\"status\":\"%s\"}"
                        .formatted(id, id, status).getBytes(StandardCharsets.UTF_8),
                Run.class);
    }

    long newRun(String id) {
        return database.write(sql -> Store.insert(sql, "p", run(id, "queued"))).orElseThrow();
    }

    LogAppender open(long run, List<LogEntry> written) {
        return log.append(log.take(run).orElseThrow(), written);
    }

    static RunEvent note(String text) {
        return new RunEvent.Unknown("note", JsonValue.of(text));
    }

    static HiddenEvent hidden(String text) {
        return new HiddenEvent("thought", JsonValue.of(text));
    }

    static RunEvent status(String id, String status) {
        return RunEvent.RunChanged.of(run(id, status));
    }

    List<LogEntry> read(long run, long after) throws InterruptedException {
        List<LogEntry> entries = new ArrayList<>();
        LogReader reader = log.read(run, after);
        while (reader.next(Duration.ZERO) instanceof LogReader.Read.Events events) {
            entries.addAll(events.entries());
        }
        return entries;
    }

    static List<Long> numbers(List<LogEntry> entries) {
        return entries.stream().map(LogEntry::number).toList();
    }

    List<LogEntry> entries(long run) {
        List<LogEntry> entries = new ArrayList<>();
        log.replay(run, entries::add);
        return entries;
    }

    static void assertNumbered(List<LogEntry> entries, long first, long last) {
        assertThat(entries).extracting(LogEntry::position)
                .containsExactlyElementsOf(LongStream.rangeClosed(first, last).boxed().toList());
    }

    static List<String> texts(List<LogEntry> entries) {
        return entries.stream().map(entry -> new String(entry.data(), StandardCharsets.UTF_8)).toList();
    }

    /** Keeps the writer busy, so that what is handed to it meanwhile comes into one group. */
    CountDownLatch holdWriter() throws InterruptedException {
        CountDownLatch holds = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        database.submit(
                sql -> {
                    holds.countDown();
                    try {
                        return released.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                done -> {},
                failure -> {});
        holds.await();
        return released;
    }
}
