package dev.runnel.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Standard output for the reply and nothing else, standard error for all about it. UTF-8 whatever the platform says. Styled
 * only where a terminal shows it, and not if {@code NO_COLOR} is set.
 */
final class Terminal {
    private static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), false,
            StandardCharsets.UTF_8);
    private static final PrintStream ERR = new PrintStream(new FileOutputStream(FileDescriptor.err), true,
            StandardCharsets.UTF_8);
    private static final boolean COLOURS = colours(System.getenv("NO_COLOR"), System.getenv("TERM"));
    private static final boolean STYLED_ERR = COLOURS && isTerminal(2);
    private static final boolean STYLED_OUT = COLOURS && isTerminal(1);

    private static boolean printed;

    private Terminal() {}

    /** How text can look. */
    enum Style {
        BOLD(1), DIM(2), RED(31), GREEN(32);

        private final int code;

        Style(int code) {
            this.code = code;
        }

        private String on(String text) {
            return "\u001b[" + code + "m" + text + "\u001b[0m";
        }
    }

    /** Text for standard output, in a style if that is a terminal. */
    static String styled(Style style, String text) {
        return STYLED_OUT ? style.on(text) : text;
    }

    /** As no-color.org has it: set to anything but the empty text. */
    private static boolean colours(@Nullable String noColor, @Nullable String terminal) {
        return (noColor == null || noColor.isEmpty()) && !"dumb".equals(terminal);
    }

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
            printed = false;
        }
    }

    static void dim(String line) {
        ERR.println(STYLED_ERR ? Style.DIM.on(line) : line);
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

    /** Whether somebody types here and sees the reply here. */
    static boolean isInteractive() {
        return isTerminal(0) && isTerminal(1);
    }

    /** The launcher tells which of the descriptors are terminals; Java itself knows of input and output together only. */
    private static boolean isTerminal(int descriptor) {
        String terminals = System.getProperty("runnel.terminals");
        return terminals == null
                ? Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false)
                : terminals.contains(Integer.toString(descriptor));
    }
}
