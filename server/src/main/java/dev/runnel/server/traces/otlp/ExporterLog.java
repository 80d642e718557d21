package dev.runnel.server.traces.otlp;

import dev.runnel.server.base.LogText;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What OpenTelemetry's exporter says. It says each failure, again and again. Here its lines are kept out of the log, and the latest one is the
 * reason in the line of {@link SpanQueue}. Thread-safe.
 */
final class ExporterLog {
    /** Held, because the JDK forgets what was set for a logger that nobody holds. */
    private static final Logger LOGGER = Logger.getLogger("io.opentelemetry.exporter.otlp.internal.HttpExporter");

    private static volatile String latest = "no reason is known";

    private ExporterLog() {}

    /** Begins to keep the lines, for good. Further calls do nothing. */
    static void listen() {
        LOGGER.setFilter(ExporterLog::keep);
    }

    private static boolean keep(LogRecord line) {
        Throwable thrown = line.getThrown();
        latest = LogText.oneLine(line.getMessage() + (thrown == null ? "" : " " + thrown));
        return false;
    }

    /** The latest line. */
    static String latest() {
        return latest;
    }
}
