package dev.runnel.server.store;

/** The database failed: disk full, file gone, a bug in a statement. Nothing of the transaction was kept. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
