package dev.runnel.cli.base;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Sends log lines to standard error, each on one line. The user's own {@code java.util.logging.config.file} replaces this. */
public final class Logs {
    /** Kept here, because the log manager does not keep it. */
    private static final Logger RUNNEL = Logger.getLogger("dev.runnel");

    private Logs() {}

    public static void configure() {
        if (configuredByUser()) {
            return;
        }
        try (InputStream properties = Logs.class.getResourceAsStream("logging.properties")) {
            LogManager.getLogManager().readConfiguration(properties);
        } catch (IOException e) {
            throw new UncheckedIOException("the logging configuration cannot be read", e);
        }
    }

    /** Leaves out the embedded server's information: the command itself tells why a run failed. */
    public static void faultsOnly() {
        if (!configuredByUser()) {
            RUNNEL.setLevel(Level.SEVERE);
        }
    }

    /** How log lines are written. */
    public enum Format {
        /** A line for a person. */
        TEXT,
        /** A JSON object. */
        JSON
    }

    /** Writes log lines in a format from now on. */
    public static void write(Format format) {
        if (!configuredByUser() && format == Format.JSON) {
            for (Handler handler : Logger.getLogger("").getHandlers()) {
                handler.setFormatter(new JsonLogLine());
            }
        }
    }

    private static boolean configuredByUser() {
        return System.getProperty("java.util.logging.config.file") != null;
    }
}
