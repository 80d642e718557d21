package dev.runnel.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A program beside these tests that uses packages of another language, in {@code src/test}. They are installed below {@code target} when
 * they are first needed, and stay there.
 *
 * @param folder where the program is, below {@code src/test}
 * @param pinned the file there that says which packages it needs
 * @param command what starts it
 */
record PackagedProgram(String folder, String pinned, String command) {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Why the packages of a folder are not there, so that it is tried but once. */
    private static final Map<String, String> MISSING = new ConcurrentHashMap<>();

    /**
     * Starts the program, with its errors among its output.
     *
     * @throws org.opentest4j.TestAbortedException if the language or its packages are not to be had here
     */
    Process start() {
        String missing = MISSING.get(folder);
        if (missing == null) {
            try {
                install();
                return process(command).start();
            } catch (IOException e) {
                missing = String.valueOf(e.getMessage());
                MISSING.put(folder, missing);
            }
        }
        return Assumptions.abort("skipped: the packages of " + folder + " are not to be had: " + missing);
    }

    private Path target() {
        return Path.of("target", "sdk-" + folder.replace('/', '-')).toAbsolutePath();
    }

    private void install() throws IOException {
        Path source = Path.of("src", "test", folder);
        Path installed = target().resolve("installed-" + pinned);
        Files.createDirectories(target());
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.write(target().resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        if (!Files.exists(installed) || Files.mismatch(installed, source.resolve(pinned)) >= 0) {
            execute(folder.startsWith("node")
                    ? "npm ci --no-audit --no-fund --ignore-scripts --fetch-retries=0 --fetch-timeout=30000"
                    : "python3 -m pip install --quiet --retries=0 --timeout=15 --upgrade --target=packages -r requirements.txt");
            Files.write(installed, Files.readAllBytes(source.resolve(pinned)));
        }
    }

    private void execute(String line) throws IOException {
        Path output = target().resolve("installation.txt");
        Process process = process(line).redirectOutput(output.toFile()).start();
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IOException(line + " is not done within " + PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException(line + ": " + new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
        }
    }

    private ProcessBuilder process(String line) {
        List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
        ProcessBuilder builder = new ProcessBuilder(words).directory(target().toFile()).redirectErrorStream(true);
        builder.environment().put("PYTHONPATH", target().resolve("packages").toString());
        builder.environment().put("PYTHONWARNINGS", "ignore");
        return builder;
    }
}
