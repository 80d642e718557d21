package dev.runnel.cli;

import java.io.IOException;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalProvider;
import org.jspecify.annotations.Nullable;

/** How wide the terminal is, which changes. */
final class Window {
    private static final int USUAL = 80;

    /** Where there is less, nothing is laid out any more. */
    private static final int NARROWEST = 20;

    private static final @Nullable TerminalProvider PROVIDER = provider();

    private Window() {}

    private static @Nullable TerminalProvider provider() {
        try {
            return TerminalProvider.load("ffm");
        } catch (IOException | LinkageError e) {
            return null;
        }
    }

    /** The columns of the terminal that standard output is, or else standard error; without one, those of {@code COLUMNS} or 80. */
    static int columns() {
        int columns = 0;
        if (PROVIDER != null && Terminal.isTerminal(1)) {
            columns = PROVIDER.systemStreamWidth(SystemStream.Output);
        } else if (PROVIDER != null && Terminal.isTerminal(2)) {
            columns = PROVIDER.systemStreamWidth(SystemStream.Error);
        }
        return columns > 0 ? Math.max(NARROWEST, columns) : told(System.getenv("COLUMNS"));
    }

    private static int told(@Nullable String columns) {
        return columns != null && columns.matches("[1-9][0-9]{1,3}")
                ? Math.max(NARROWEST, Integer.parseInt(columns))
                : USUAL;
    }
}
