package dev.runnel.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.logging.LogManager;

/** Where log lines go: standard error, in one line each. A {@code java.util.logging.config.file} of the user's own wins. */
final class Logs {
    private Logs() {}

    static void configure() {
        if (System.getProperty("java.util.logging.config.file") != null) {
            return;
        }
        try (InputStream properties = Logs.class.getResourceAsStream("logging.properties")) {
            LogManager.getLogManager().readConfiguration(properties);
        } catch (IOException e) {
            throw new UncheckedIOException("the logging configuration cannot be read", e);
        }
    }
}
