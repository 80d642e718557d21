package dev.runnel.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Takes what one logger of this JVM says, from now until it is closed, for a test that provokes it and looks at it. The build's log
 * does not show these lines. Thread-safe.
 */
public final class LogLines implements AutoCloseable {
    private final Logger logger;
    private final boolean shown;
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            records.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private LogLines(Logger logger) {
        this.logger = logger;
        this.shown = logger.getUseParentHandlers();
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    /** Takes the lines of a logger, by its name: mostly that of a class. */
    public static LogLines of(String logger) {
        return new LogLines(Logger.getLogger(logger));
    }

    /** Takes the lines of the logger of a class. */
    public static LogLines of(Class<?> logger) {
        return of(logger.getName());
    }

    /** All lines so far: a level, a colon, the message, and the class and message of what was thrown, if something was. */
    public List<String> lines() {
        return records.stream().map(LogLines::line).toList();
    }

    private static String line(LogRecord record) {
        String message = record.getLevel() + ": " + new SimpleFormatter().formatMessage(record);
        return record.getThrown() == null ? message : message + ": " + record.getThrown();
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(shown);
    }
}
