package dev.runnel.server.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The database failed: disk full, file gone, a bug in a statement. Nothing of the transaction was kept, unless only
 * closing failed.
 */
public sealed class StoreException extends RuntimeException permits OwnershipLostException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String outage;

    /** A failure that is not an outage. */
    public StoreException(String message, @Nullable Throwable cause) {
        this(message, cause, Optional.empty());
    }

    /** A failure. */
    public StoreException(String message, @Nullable Throwable cause, Optional<Outage> outage) {
        super(message, cause);
        this.outage = outage.map(Outage::words).orElse(null);
    }

    /**
     * The words of the outage behind this failure, such as a full disk, for the caller. Empty if the fault is Runnel's
     * own.
     */
    public Optional<String> outage() {
        return Optional.ofNullable(outage);
    }
}
