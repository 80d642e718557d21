package dev.runnel.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Standard output for the reply and nothing else, standard error for all about it. UTF-8 whatever the platform says. Dim text
 * only where a terminal shows it, and not if {@code NO_COLOR} is set.
 */
final class Terminal {
    private static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), false,
            StandardCharsets.UTF_8);
    private static final PrintStream ERR = new PrintStream(new FileOutputStream(FileDescriptor.err), true,
            StandardCharsets.UTF_8);
    private static final boolean STYLED = System.getenv("NO_COLOR") == null && isTerminal(2);

    private static boolean printed;

    private Terminal() {}

    /** Writes a piece of the reply, at once. */
    static void print(String piece) {
        printed |= !piece.isEmpty();
        OUT.print(piece);
        OUT.flush();
        if (OUT.checkError()) {
            // The reader of a pipe has gone, as in "runnel run … | head -1": nobody wants the rest.
            throw new Failures.OutputClosedException();
        }
    }

    /** Ends the reply's last line, if there is a reply. */
    static void endReply() {
        if (printed) {
            print("\n");
        }
    }

    static void dim(String line) {
        ERR.println(STYLED ? "\u001b[2m" + line + "\u001b[0m" : line);
    }

    static void line(String line) {
        ERR.println(line);
    }

    static void error(@Nullable String message) {
        ERR.println("runnel: " + (message == null ? "failed without saying why" : message));
    }

    static boolean inputIsTerminal() {
        return isTerminal(0);
    }

    /** The launcher tells which of the descriptors are terminals; Java itself knows of input and output together only. */
    private static boolean isTerminal(int descriptor) {
        String terminals = System.getProperty("runnel.terminals");
        return terminals == null
                ? Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false)
                : terminals.contains(Integer.toString(descriptor));
    }
}
