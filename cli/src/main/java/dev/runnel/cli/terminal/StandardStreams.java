package dev.runnel.cli.terminal;

import java.io.Console;
import java.util.Optional;

/** Which of the process's standard streams lead to a terminal: 0 is the input, 1 the output, 2 the errors. */
public final class StandardStreams {
    private StandardStreams() {}

    /** The launcher tells which of the descriptors are terminals; Java itself can only tell about input and output together. */
    public static boolean isTerminal(int descriptor) {
        String terminals = System.getProperty("runnel.terminals");
        return terminals == null
                ? Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false)
                : terminals.contains(Integer.toString(descriptor));
    }
}
