package dev.runnel.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A folder below {@code target} with a program of another language, copied from the test's sources, and the packages that it needs: they are
 * installed when they are first needed, and stay there.
 *
 * @param source where the program is
 * @param folder where it is copied to
 * @param pinned the file among the sources that says which packages it needs
 * @param installation the command that gets them
 */
record Packages(Path source, Path folder, String pinned, String installation) {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * Copies the program, and gets its packages if they are not there.
     *
     * @throws IOException if they are not to be had, and why
     */
    void install() throws IOException {
        Path installed = folder.resolve("installed-" + pinned);
        copy(source, folder);
        if (!Files.exists(installed) || Files.mismatch(installed, source.resolve(pinned)) >= 0) {
            execute(installation);
            Files.write(installed, Files.readAllBytes(source.resolve(pinned)));
        }
    }

    /** Copies what is in a folder, but not what is in folders that are in it. */
    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.write(to.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
    }

    /**
     * Executes a command there.
     *
     * @throws IOException if it fails, with what it has printed
     */
    String execute(String line) throws IOException {
        Path output = folder.resolve("output.txt");
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
        String printed = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
        if (process.exitValue() != 0) {
            throw new IOException(line + ": " + printed);
        }
        return printed;
    }

    /** A command there, with its errors among its output. */
    ProcessBuilder process(String line) {
        List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
        ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("PYTHONPATH", folder.resolve("packages").toString());
        builder.environment().put("PYTHONWARNINGS", "ignore");
        return builder;
    }
}
