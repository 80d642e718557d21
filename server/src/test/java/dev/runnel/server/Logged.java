package dev.runnel.server;

import java.text.MessageFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What a class logs from here on: each line with its level, and the exception if it has one. */
final class Logged implements AutoCloseable {
    private final Logger logger;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            String text = entry.getParameters() == null
                    ? entry.getMessage()
                    : MessageFormat.format(entry.getMessage(), entry.getParameters());
            lines.add(entry.getLevel() + " " + text + (entry.getThrown() == null ? "" : " " + entry.getThrown()));
        }

        @Override
        public void flush() {
            // nothing is held back
        }

        @Override
        public void close() {
            // nothing is open
        }
    };

    /** Listens to a class, or with its package's name to all below. */
    Logged(Class<?> type) {
        this(type.getName());
    }

    Logged(String name) {
        logger = Logger.getLogger(name);
        logger.addHandler(handler);
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
