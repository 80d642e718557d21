package dev.runnel.server.search.parse;

import dev.runnel.server.search.DocumentReader;
import dev.runnel.server.search.UnreadableFileException;
import dev.runnel.server.search.UnreadableFileException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Reads each file in a JVM of its own, which has limits of memory, time and output, and none of the server's
 * environment. A malicious file can break only that JVM.
 */
final class DocumentParser implements DocumentReader {
    /** The wait beyond the program's own limit of time, which usually ends it: the program also takes time to start. */
    private static final long GRACE_MILLIS = 10_000;

    private static final System.Logger LOG = System.getLogger(DocumentParser.class.getName());

    private final ParserLimits limits;
    private final Path folder;
    private final Semaphore turns;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<ParserProcess> running = new ArrayList<>();
    private boolean closed;

    /**
     * A parser that runs at most the given number of JVMs at once.
     *
     * @param folder for temporary files, for this object alone. It is created if it does not exist, and the files of an
     *     earlier process are removed
     */
    DocumentParser(ParserLimits limits, int processes, Path folder) throws IOException {
        this.limits = limits;
        this.folder = folder;
        this.turns = new Semaphore(processes, true);
        Files.createDirectories(folder);
        try (Stream<Path> left = Files.list(folder)) {
            left.filter(there -> there.getFileName().toString().startsWith("parse-"))
                    .forEach(DocumentParser::removeIfLeft);
        }
    }

    /** A program of a server that was killed may still be about to end, and write there. */
    private static void removeIfLeft(Path path) {
        try {
            ParserProcess.remove(path);
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.DEBUG, "the next start removes " + path, e);
        }
    }

    @Override
    public String read(String filename, long length, InputStream content)
            throws UnreadableFileException, IOException, InterruptedException {
        FileType type = FileType.of(filename);
        // Text in UTF-16 has at most twice as many bytes as in UTF-8.
        long limit = type == FileType.TEXT ? 2 * limits.textBytes() : limits.fileBytes();
        if (length > limit) {
            throw new UnreadableFileException(
                    Code.INVALID_FILE, "The file is larger than the limit of " + (limit >> 20) + " MiB.");
        }
        turns.acquire();
        try (ParserProcess process = start(type)) {
            try {
                return await(process, content);
            } finally {
                forget(process);
            }
        } finally {
            turns.release();
        }
    }

    /**
     * Waits for the text. Reading from a pipe cannot be interrupted and has no timeout. So another thread reads, and
     * killing the process ends its reading.
     */
    private String await(ParserProcess process, InputStream content)
            throws UnreadableFileException, IOException, InterruptedException {
        FutureTask<String> reading = new FutureTask<>(() -> process.read(content));
        Thread reader = Thread.ofVirtual().name("parse").start(reading);
        try {
            return reading.get(limits.time().toMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw ParserProcess.tooLate(limits);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case UnreadableFileException unreadable -> throw unreadable;
                case UncheckedIOException noContent -> throw noContent.getCause();
                case IOException broken -> throw ParserProcess.brokenDown();
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        } finally {
            process.kill();
            reader.join(Duration.ofMillis(GRACE_MILLIS));
        }
    }

    private ParserProcess start(FileType type) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the parser is closed");
            }
            ParserProcess process = ParserProcess.start(type, limits, folder);
            running.add(process);
            return process;
        } finally {
            lock.unlock();
        }
    }

    private void forget(ParserProcess process) {
        lock.lock();
        try {
            running.remove(process);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            running.forEach(ParserProcess::kill);
        } finally {
            lock.unlock();
        }
    }
}
