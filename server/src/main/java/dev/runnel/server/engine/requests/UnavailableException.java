package dev.runnel.server.engine.requests;

import dev.runnel.server.store.StoreException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that cannot be carried out at the moment, though there is nothing wrong with it. */
public final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private UnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The server is being stopped. */
    public static UnavailableException stopping() {
        return new UnavailableException(
                "This server is stopping and starts no more runs. Nothing was changed. Try again in a moment.",
                null);
    }

    /** The run could not be written, and is taken up again in a few seconds. */
    public static UnavailableException givenUp(String runId) {
        return new UnavailableException(
                "Run " + runId
                        + " could not be written. The server continues the run in a few seconds. Nothing was changed."
                        + " Try again in a moment.",
                null);
    }

    /** The index of vector stores cannot be searched at the moment, or lacks files that are completed. */
    public static UnavailableException indexing(@Nullable Exception cause) {
        return new UnavailableException(
                "The index of the vector stores is not ready: this server is still writing it."
                        + " Try again in a moment.",
                cause);
    }

    /** The run was asked to end and has not ended yet. */
    public static UnavailableException ending(String runId) {
        return new UnavailableException(
                "Run " + runId + " is being cancelled and has not ended yet. Try again in a moment.", null);
    }

    /**
     * The exception to report for a failure. For a failure of the storage that may pass it is an
     * {@link UnavailableException}, otherwise the failure itself.
     */
    public static Exception inPlaceOf(Exception failure) {
        Optional<String> outage = failure instanceof StoreException store ? store.outage() : Optional.empty();
        return outage.isEmpty()
                ? failure
                : new UnavailableException(
                        "This server cannot read or write its data at the moment: " + outage.get()
                                + ". Try again in a moment.",
                        failure);
    }
}
