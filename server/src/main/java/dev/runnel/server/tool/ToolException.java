package dev.runnel.server.tool;

/** A call that cannot be carried out, by the tool's fault. */
public final class ToolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With words for the run's {@code last_error}. */
    public ToolException(String message) {
        super(message);
    }

    /** With words for the run's {@code last_error}, and what it came of, for the server's log. */
    public ToolException(String message, Throwable cause) {
        super(message, cause);
    }
}
