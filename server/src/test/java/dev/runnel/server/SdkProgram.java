package dev.runnel.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program that uses a client of the protocol, in a process of its own: it does one scenario after the other and says what it sees. */
final class SdkProgram implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;
    private static final String DONE = ".";
    private static final String ENDED = "(the program ended)";

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    SdkProgram(PackagedProgram program) {
        process = program.start();
        Thread.ofVirtual().start(this::read);
    }

    private void read() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            out.lines().forEach(lines::add);
        } catch (UncheckedIOException | IOException e) {
            lines.add(e.toString());
        }
        lines.add(ENDED);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Does a scenario and answers what the program has printed. */
    List<String> run(TestServer server, String scenario, String... arguments) {
        PrintStream in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        in.println(server.baseUrl() + " " + scenario + " " + String.join(" ", arguments));
        List<String> seen = new ArrayList<>();
        try {
            String line = next();
            while (!DONE.equals(line)) {
                if (line == null || line.equals(ENDED)) {
                    close();
                    throw new AssertionError(scenario + " was not done: " + String.join("\n", seen));
                }
                seen.add(line);
                line = next();
            }
            return seen;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private @Nullable String next() throws InterruptedException {
        return lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
