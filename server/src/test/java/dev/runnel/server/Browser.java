package dev.runnel.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Chromium with the page in it, driven by {@code src/test/node/page/program.mjs}, a scenario after the other. */
final class Browser implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final String DONE = ".";
    private static final String ENDED = "(the program ended)";
    private static final Path SOURCES = Path.of("src/main/resources/dev/runnel/server/http/page");
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Browser(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    /** @throws org.opentest4j.TestAbortedException if there is no browser here, or no npm to drive it with */
    static Browser start() {
        Path chromium = Stream.of(System.getenv("PATH").split(":"))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable).findFirst().orElse(null);
        if (chromium == null) {
            return Assumptions.abort("skipped: there is no Chromium here to show the page in");
        }
        Packages packages = packages();
        try {
            return new Browser(packages.process("node program.mjs " + chromium).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A folder with the programs that look at the page, and the page's own files.
     *
     * @throws org.opentest4j.TestAbortedException if there is no npm here, or its registry is not to be had
     */
    static Packages packages() {
        Packages packages = new PackagedProgram("node/page", "package-lock.json", "node program.mjs").installed();
        try {
            for (String folder : List.of("", "lib")) {
                Packages.copy(SOURCES.resolve(folder), packages.folder().resolve("page").resolve(folder));
            }
            Packages.copy(packages.source().resolve("types/lib"), packages.folder().resolve("page/lib"));
            Packages.copy(packages.source().resolve("scenarios"), packages.folder().resolve("scenarios"));
            return packages;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            out.lines().forEach(lines::add);
        } catch (UncheckedIOException | IOException e) {
            lines.add(e.toString());
        }
        lines.add(ENDED);
    }

    /**
     * Does a scenario, and answers what it has printed: {@code ok}, or why not.
     *
     * @param outside what it asks for, by name
     */
    String run(String url, String scenario, Map<String, Runnable> outside, String... arguments) {
        PrintStream in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        in.println(url + " " + scenario + " " + String.join(" ", arguments));
        List<String> seen = new ArrayList<>();
        String line = next();
        while (line != null && !line.equals(DONE) && !line.equals(ENDED)) {
            if (line.startsWith("?")) {
                Objects.requireNonNull(outside.get(line.substring(1)), line).run();
                in.println();
            } else {
                seen.add(line);
            }
            line = next();
        }
        if (!DONE.equals(line)) {
            close();
            throw new AssertionError(scenario + " was not done: " + String.join("\n", seen));
        }
        return String.join("\n", seen);
    }

    private @Nullable String next() {
        try {
            return lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
