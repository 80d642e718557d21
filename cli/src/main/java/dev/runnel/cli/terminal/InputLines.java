package dev.runnel.cli.terminal;

/** Opens the lines of a conversation. */
public final class InputLines {
    private InputLines() {}

    /** Lines that a person types, or else those of standard input. */
    public static Lines open() {
        return Terminal.isInteractive() ? EditedLines.open() : new PlainLines();
    }
}
