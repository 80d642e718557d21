package dev.runnel.server.tool;

/** A call cannot be carried out, through the tool's fault. */
public final class ToolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message for the run's {@code last_error}. */
    public ToolException(String message) {
        super(message);
    }

    /** With a message for the run's {@code last_error}, and a cause for the server's log. */
    public ToolException(String message, Throwable cause) {
        super(message, cause);
    }
}
