package dev.runnel.server.sandbox;

/** A sandbox cannot do what it was asked for, through no fault of the code. The message is for the user. */
public class SandboxException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** With a message for the user. */
    public SandboxException(String message) {
        super(message);
    }

    /** With a message for the user, and a cause for the server's log. */
    public SandboxException(String message, Throwable cause) {
        super(message, cause);
    }
}
