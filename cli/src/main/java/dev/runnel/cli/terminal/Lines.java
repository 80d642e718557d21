package dev.runnel.cli.terminal;

import org.jspecify.annotations.Nullable;

/** Where the lines of a conversation come from. */
public sealed interface Lines extends AutoCloseable permits EditedLines, PlainLines {
    /** Before what is typed. */
    String PROMPT = "> ";

    /** Before the further lines of it. */
    String MORE = "  ";

    /** The next one, which may hold line breaks; null at the end. */
    @Nullable
    String next();

    /** Whether a person types the lines. */
    boolean interactive();

    /** The action of Ctrl-C while no line is typed; null for none. Without a person, Ctrl-C ends the program. */
    void onInterrupt(@Nullable Runnable action);

    @Override
    void close();

    /** Whether a line goes on in the next one: it ends in a backslash. */
    static boolean goesOn(String line) {
        return line.endsWith("\\");
    }
}
