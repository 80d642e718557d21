package dev.runnel.cli.base;

/** The command was used wrongly. The message is for the person who typed it. */
public final class MisusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MisusedException(String message) {
        super(message);
    }
}
