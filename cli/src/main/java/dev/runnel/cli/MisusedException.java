package dev.runnel.cli;

/** The command was used wrongly. The message is for the person who typed it. */
final class MisusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MisusedException(String message) {
        super(message);
    }
}
