package dev.runnel.server.store;

/**
 * Thrown by statements to have their transaction rolled back, because the request behind them cannot be carried out. It
 * reaches the caller of {@link Database#write} as it is, and is no fault of the database.
 */
public abstract class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    protected RefusedException(String message) {
        super(message);
    }
}
