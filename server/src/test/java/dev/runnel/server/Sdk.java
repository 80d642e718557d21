package dev.runnel.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
        try {
            return installed().process(command).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The folder with the SDK, for a program that uses it.
     *
     * @throws org.opentest4j.TestAbortedException if the language or its SDK is not to be had here
     */
    Packages installed() {
        String missing = MISSING.get(language);
        if (missing == null) {
            try {
                Packages packages = packages();
                packages.install();
                return packages;
            } catch (IOException e) {
                missing = String.valueOf(e.getMessage());
                MISSING.put(language, missing);
            }
        }
        return Assumptions.abort("skipped: the official SDK for " + language + " is not to be had: " + missing);
    }

    private Packages packages() {
        String installation = language.equals("node")
                ? Packages.NPM
                : "python3 -m pip install --quiet --retries=0 --timeout=15 --upgrade --target=packages -r requirements.txt";
        return new Packages(Path.of("src", "test", language), Path.of("target", "sdk-" + language).toAbsolutePath(),
                pinned, installation);
    }
}
