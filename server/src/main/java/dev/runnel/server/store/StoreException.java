package dev.runnel.server.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The database failed: disk full, file gone, a bug in a statement. Nothing of the transaction was kept, unless it failed to close.
 */
public sealed class StoreException extends RuntimeException permits OwnershipLostException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String outage;

    /** A failure that is no outage. */
    public StoreException(String message, @Nullable Throwable cause) {
        this(message, cause, Optional.empty());
    }

    /** A failure. */
    public StoreException(String message, @Nullable Throwable cause, Optional<Outage> outage) {
        super(message, cause);
        this.outage = outage.map(Outage::words).orElse(null);
    }

    /**
     * A temporary fault of the place where the data lies, such as a full disk, in words for the caller. Empty for faults of our own.
     */
    public Optional<String> outage() {
        return Optional.ofNullable(outage);
    }
}
