package dev.runnel.cli.base;

/** The command failed. The message is for the person who typed it. */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CommandException(String message) {
        super(message);
    }
}
