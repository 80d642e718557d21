package dev.runnel.cli;

import org.jspecify.annotations.Nullable;

/** Where the lines of a conversation come from. */
sealed interface Lines extends AutoCloseable permits EditedLines, PlainLines {
    /** Before what is typed. */
    String PROMPT = "> ";

    /** Before the further lines of it. */
    String MORE = "  ";

    /** Lines that somebody types here, or else those of standard input. */
    static Lines open() {
        return Terminal.isInteractive() ? EditedLines.open() : new PlainLines();
    }

    /** The next one, which may hold line breaks; null at the end. */
    @Nullable
    String next();

    /** Whether somebody is there. */
    boolean interactive();

    /** What Ctrl-C does while no line is typed; null for nothing. Where nobody is there, it ends the program. */
    void onInterrupt(@Nullable Runnable action);

    @Override
    void close();

    /** Whether a line goes on in the next one: it ends in a backslash. */
    static boolean goesOn(String line) {
        return line.endsWith("\\");
    }
}
