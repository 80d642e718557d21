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
 * An official SDK of another language, and the program beside these tests that uses it: {@code src/test/node/sdk.mjs} or
 * {@code src/test/python/sdk.py}. It is installed below {@code target} when it is first needed, and stays there.
 */
enum Sdk {
    /** The latest. */
    NODE("node", "package-lock.json", "node sdk.mjs openai"),
    /** That of the years in which most programs for assistants were written. */
    NODE_4("node", "package-lock.json", "node sdk.mjs openai-4"),
    /** The latest. */
    PYTHON("python", "requirements.txt", "python3 sdk.py");

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Why there is no SDK for a language, so that it is tried but once. */
    private static final Map<String, String> MISSING = new ConcurrentHashMap<>();

    private final String language;
    private final String pinned;
    private final String command;

    Sdk(String language, String pinned, String command) {
        this.language = language;
        this.pinned = pinned;
        this.command = command;
    }

    /**
     * Starts the program, with its errors among its output.
     *
     * @throws org.opentest4j.TestAbortedException if the language or its SDK is not to be had here
     */
    Process start() {
        String missing = MISSING.get(language);
        if (missing == null) {
            try {
                install();
                return process(command).start();
            } catch (IOException e) {
                missing = String.valueOf(e.getMessage());
                MISSING.put(language, missing);
            }
        }
        return Assumptions.abort("skipped: the official SDK for " + language + " is not to be had: " + missing);
    }

    private Path folder() {
        return Path.of("target", "sdk-" + language).toAbsolutePath();
    }

    private void install() throws IOException {
        Path source = Path.of("src", "test", language);
        Path installed = folder().resolve("installed-" + pinned);
        Files.createDirectories(folder());
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.write(folder().resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        if (!Files.exists(installed) || Files.mismatch(installed, source.resolve(pinned)) >= 0) {
            execute(language.equals("node")
                    ? "npm ci --no-audit --no-fund --ignore-scripts --fetch-retries=0 --fetch-timeout=30000"
                    : "python3 -m pip install --quiet --retries=0 --timeout=15 --upgrade --target=packages -r requirements.txt");
            Files.write(installed, Files.readAllBytes(source.resolve(pinned)));
        }
    }

    private void execute(String line) throws IOException {
        Path output = folder().resolve("installation.txt");
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
        ProcessBuilder builder = new ProcessBuilder(words).directory(folder().toFile()).redirectErrorStream(true);
        builder.environment().put("PYTHONPATH", folder().resolve("packages").toString());
        builder.environment().put("PYTHONWARNINGS", "ignore");
        return builder;
    }
}
