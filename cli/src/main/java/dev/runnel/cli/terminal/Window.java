package dev.runnel.cli.terminal;

import java.io.IOException;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalProvider;
import org.jspecify.annotations.Nullable;

/** The width of the terminal, which may change. */
public final class Window {
    private static final int USUAL = 80;

    /** Text is not laid out in fewer columns. */
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

    /** The columns of the terminal at standard output, or else at standard error; without a terminal, {@code COLUMNS} or 80. */
    public static int columns() {
        int columns = 0;
        if (PROVIDER != null && StandardStreams.isTerminal(1)) {
            columns = PROVIDER.systemStreamWidth(SystemStream.Output);
        } else if (PROVIDER != null && StandardStreams.isTerminal(2)) {
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
