package dev.runnel.cli.terminal;

import dev.runnel.cli.base.OutputClosedException;
import dev.runnel.cli.text.Clean;
import dev.runnel.cli.text.Columns;
import dev.runnel.cli.text.Screen;
import dev.runnel.cli.text.Wrap;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Standard output for the reply and nothing else, standard error for everything else. Always UTF-8. Styled only on a terminal,
 * and not if {@code NO_COLOR} is set. Printed text may come from a server: here, and only here, control characters are removed
 * from it. Thread-safe.
 */
public final class Terminal {
    private static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), false,
            StandardCharsets.UTF_8);
    private static final PrintStream ERR = new PrintStream(new FileOutputStream(FileDescriptor.err), true,
            StandardCharsets.UTF_8);
    private static final boolean DUMB = "dumb".equals(System.getenv("TERM"));
    private static final boolean COLOURS = !DUMB && colours(System.getenv("NO_COLOR"));
    private static final boolean STYLED_ERR = COLOURS && StandardStreams.isTerminal(2);
    private static final boolean STYLED_OUT = COLOURS && StandardStreams.isTerminal(1);
    private static final ReentrantLock LOCK = new ReentrantLock();

    /** Removes the two characters that the terminal itself writes for Ctrl-C. */
    private static final String OVER_CTRL_C = "\b\b  \b\b";

    /** Stands for a space at which no line is broken, until the text is printed. */
    private static final char UNBROKEN = '\u00a0';

    private static final String ERASED_LINE = "\r\u001b[K";

    private static final Pattern CONTROL = Pattern.compile("\u001b\\[[0-9;?]*[A-Za-z]");

    /** Longer lines are not kept in {@link #ROW}. */
    private static final int LONGEST_ROW = 2_000;

    /** The present row of standard output, as it was written. */
    private static final StringBuilder ROW = new StringBuilder();

    private static @Nullable Spinner spinner;
    private static boolean midLine;
    private static boolean interrupted;

    private Terminal() {}

    /** How text can look. */
    public enum Style {
        BOLD(1), DIM(2), RED(31), GREEN(32);

        private final int code;

        Style(int code) {
            this.code = code;
        }

        private String on(String text) {
            return "\u001b[" + code + "m" + text + "\u001b[0m";
        }
    }

    /** The screen for rendered replies. */
    public static final Screen SCREEN = new Screen() {
        @Override
        public int columns() {
            return Window.columns();
        }

        @Override
        public boolean styled() {
            return STYLED_OUT;
        }

        @Override
        public boolean rewrites() {
            return renders();
        }

        @Override
        public void write(String text) {
            Terminal.write(text);
        }
    };

    /** Text for standard output, clean, in a style if that is a terminal. */
    public static String styled(Style style, String text) {
        return STYLED_OUT ? style.on(Clean.text(text)) : Clean.text(text);
    }

    /** As no-color.org has it: set to anything but the empty text. */
    private static boolean colours(@Nullable String noColor) {
        return noColor == null || noColor.isEmpty();
    }

    /** Writes a piece of the reply, at once: as it is into a pipe or file, clean on a terminal. */
    public static void print(String piece) {
        write(StandardStreams.isTerminal(1) ? Clean.text(piece) : piece);
    }

    /** Writes text to standard output that is clean, with control sequences of our own perhaps. */
    public static void write(String text) {
        LOCK.lock();
        try {
            if (text.isEmpty()) {
                return;
            }
            stopSpinner();
            midLine = !text.endsWith("\n");
            keepRow(text);
            OUT.print(text);
            OUT.flush();
            if (OUT.checkError()) {
                // The reader of a pipe has gone, as in "runnel run … | head -1": nobody needs the rest.
                throw new OutputClosedException();
            }
        } finally {
            LOCK.unlock();
        }
    }

    /** Goes to the next line, unless this one is empty. */
    public static void endLine() {
        LOCK.lock();
        try {
            if (midLine) {
                write("\n");
            }
        } finally {
            LOCK.unlock();
        }
    }

    public static void dim(String line) {
        String text = wrapped(line);
        err(STYLED_ERR ? Style.DIM.on(text) : text);
    }

    public static void line(String line) {
        err(wrapped(line));
    }

    /** Prints lines with a name and, after several spaces, its explanation, which wraps below itself. */
    public static void entries(String lines) {
        err(wrapped(lines, Wrap::hanging));
    }

    /** A command in a message: it stays on one line, so that a person can copy it. */
    public static String command(String words) {
        return words.replace(' ', UNBROKEN);
    }

    public static void error(@Nullable String message) {
        err(wrapped("runnel: " + (message == null ? "failed without a message" : message)));
    }

    private static String wrapped(String text) {
        return wrapped(text, Wrap::lines);
    }

    /** Clean, and on a terminal in lines that end with a word. */
    private static String wrapped(String text, BiFunction<String, Integer, List<String>> wrap) {
        String clean = Clean.text(text);
        String lines = !StandardStreams.isTerminal(2) ? clean
                : clean.lines().flatMap(line -> wrap.apply(line, Window.columns()).stream())
                        .collect(Collectors.joining("\n"));
        return lines.replace(UNBROKEN, ' ');
    }

    private static void err(String line) {
        LOCK.lock();
        try {
            stopSpinner();
            ERR.println(line);
        } finally {
            LOCK.unlock();
        }
    }

    /**
     * Shows the waiting sign until other text is shown. Only if output and errors are both on a terminal, so nothing of it can
     * get into a pipe.
     */
    public static void waiting() {
        LOCK.lock();
        try {
            if (spinner == null && StandardStreams.isTerminal(1) && StandardStreams.isTerminal(2) && !DUMB) {
                spinner = Spinner.start(frame -> ERR.print("\r" + (STYLED_ERR ? Style.DIM.on(frame) : frame)), LOCK);
            }
        } finally {
            LOCK.unlock();
        }
    }

    /**
     * Shows how far something is, in place of the line that said it before, and below nothing else. Only on a terminal. An
     * empty line removes it.
     */
    public static void progress(String line) {
        LOCK.lock();
        try {
            if (StandardStreams.isTerminal(2) && !DUMB) {
                stopSpinner();
                String text = Columns.fit(Clean.line(line), Window.columns() - 1);
                ERR.print(ERASED_LINE + (STYLED_ERR && !text.isEmpty() ? Style.DIM.on(text) : text));
                ERR.flush();
            }
        } finally {
            LOCK.unlock();
        }
    }

    /** Removes the waiting sign. */
    static void stopWaiting() {
        LOCK.lock();
        try {
            stopSpinner();
        } finally {
            LOCK.unlock();
        }
    }

    private static void stopSpinner() {
        if (spinner != null && spinner.stop()) {
            ERR.print(ERASED_LINE);
            ERR.flush();
        }
        spinner = null;
    }

    private static void keepRow(String text) {
        int begin = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
        if (begin > 0) {
            ROW.setLength(0);
        }
        if (ROW.length() <= LONGEST_ROW) {
            ROW.append(text, begin, text.length());
        }
    }

    /**
     * The text that removes the terminal's sign of Ctrl-C. More of the reply may have been written behind the sign, so the row is
     * written again, unless it is broken by the terminal's edge.
     */
    private static String withoutCtrlC() {
        int columns = Columns.of(CONTROL.matcher(ROW).replaceAll(""));
        return ROW.length() <= LONGEST_ROW && columns + OVER_CTRL_C.length() < Window.columns()
                ? ERASED_LINE + ROW
                : OVER_CTRL_C;
    }

    /** Removes the terminal's sign of Ctrl-C, and ends the line. Only the first call does so. */
    public static void interrupted() {
        LOCK.lock();
        try {
            if (interrupted || DUMB || !StandardStreams.isTerminal(0) || !StandardStreams.isTerminal(2)) {
                return;
            }
            interrupted = true;
            boolean begun = midLine && StandardStreams.isTerminal(1);
            stopSpinner();
            ERR.print(begun ? withoutCtrlC() + "\n" : ERASED_LINE);
            ERR.flush();
            midLine &= !begun;
        } finally {
            LOCK.unlock();
        }
    }

    public static boolean inputIsTerminal() {
        return StandardStreams.isTerminal(0);
    }

    /** Whether a person types and reads on this terminal. */
    static boolean isInteractive() {
        return StandardStreams.isTerminal(0) && StandardStreams.isTerminal(1);
    }

    /** Whether replies are rendered, unless told otherwise: on a terminal that can do it. */
    public static boolean renders() {
        return StandardStreams.isTerminal(1) && !DUMB;
    }
}
