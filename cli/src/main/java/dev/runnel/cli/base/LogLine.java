package dev.runnel.cli.base;

import dev.runnel.cli.text.Clean;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/** Log lines without control characters, because they may hold text from a model server or a client. Thread-safe. */
public final class LogLine extends Formatter {
    private final SimpleFormatter plain = new SimpleFormatter();

    @Override
    public String format(LogRecord line) {
        return Clean.text(plain.format(line));
    }
}
