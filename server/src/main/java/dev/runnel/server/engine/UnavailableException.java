package dev.runnel.server.engine;

/** A request that cannot be carried out now, by nobody's fault. Nothing was changed. */
public final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private UnavailableException(String message) {
        super(message);
    }

    /** The server is being stopped. */
    static UnavailableException stopping() {
        return new UnavailableException(
                "This server is being stopped and sets no more runs going. Nothing was changed; try again in a moment.");
    }
}
