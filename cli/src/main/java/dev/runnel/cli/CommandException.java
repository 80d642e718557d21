package dev.runnel.cli;

/** The command failed. The message is for the person who typed it. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandException(String message) {
        super(message);
    }
}
