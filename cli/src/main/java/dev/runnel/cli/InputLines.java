package dev.runnel.cli;

/** Opens the lines of a conversation. */
final class InputLines {
    private InputLines() {}

    /** Lines that a person types, or else those of standard input. */
    static Lines open() {
        return Terminal.isInteractive() ? EditedLines.open() : new PlainLines();
    }
}
