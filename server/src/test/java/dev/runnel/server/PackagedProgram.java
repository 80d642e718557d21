package dev.runnel.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
    /** Why the packages of a folder are not there, so that it is tried but once. */
    private static final Map<String, String> MISSING = new ConcurrentHashMap<>();

    /**
     * Starts the program, with its errors among its output.
     *
     * @throws org.opentest4j.TestAbortedException if the language or its packages are not to be had here
     */
    Process start() {
        try {
            return installed().process(command).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The program's folder below {@code target}, with its packages.
     *
     * @throws org.opentest4j.TestAbortedException if the language or its packages are not to be had here
     */
    Packages installed() {
        String missing = MISSING.get(folder);
        if (missing == null) {
            try {
                Packages packages = packages();
                packages.install();
                return packages;
            } catch (IOException e) {
                missing = String.valueOf(e.getMessage());
                MISSING.put(folder, missing);
            }
        }
        return Assumptions.abort("skipped: the packages of " + folder + " are not to be had: " + missing);
    }

    private Packages packages() {
        String installation = folder.startsWith("node")
                ? "npm ci --no-audit --no-fund --ignore-scripts --fetch-retries=0 --fetch-timeout=30000"
                : "python3 -m pip install --quiet --retries=0 --timeout=15 --upgrade --target=packages -r requirements.txt";
        return new Packages(Path.of("src", "test", folder),
                Path.of("target", "sdk-" + folder.replace('/', '-')).toAbsolutePath(), pinned, installation);
    }
}
