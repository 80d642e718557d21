package dev.runnel.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Where log lines go: standard error, in one line each. A {@code java.util.logging.config.file} of the user's own wins. */
final class Logs {
    /** Held on to, as the log manager does not. */
    private static final Logger RUNNEL = Logger.getLogger("dev.runnel");

    private Logs() {}

    static void configure() {
        if (configuredByUser()) {
            return;
        }
        try (InputStream properties = Logs.class.getResourceAsStream("logging.properties")) {
            LogManager.getLogManager().readConfiguration(properties);
        } catch (IOException e) {
            throw new UncheckedIOException("the logging configuration cannot be read", e);
        }
    }

    /** Leaves out the news of the embedded server: the command itself says why a run failed. */
    static void faultsOnly() {
        if (!configuredByUser()) {
            RUNNEL.setLevel(Level.SEVERE);
        }
    }

    private static boolean configuredByUser() {
        return System.getProperty("java.util.logging.config.file") != null;
    }
}
