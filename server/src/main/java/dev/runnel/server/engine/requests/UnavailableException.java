package dev.runnel.server.engine.requests;

import dev.runnel.server.store.StoreException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that cannot be carried out now, by nobody's fault. */
public final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private UnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The server is being stopped. */
    public static UnavailableException stopping() {
        return new UnavailableException(
                "This server is being stopped and sets no more runs going. Nothing was changed; try again in a moment.",
                null);
    }

    /** A run that could not be written was given up for now, and is taken up again in a while. */
    public static UnavailableException givenUp(String runId) {
        return new UnavailableException(
                "Run " + runId
                        + " could not be written, and is taken up again in a few seconds. Nothing was changed; try"
                        + " again in a moment.",
                null);
    }

    /** A run that was told to end has not done so yet. */
    public static UnavailableException ending(String runId) {
        return new UnavailableException(
                "Run " + runId + " is being cancelled, and has not ended yet. Try again in a moment.", null);
    }

    /** A failure of where the data lies, that may pass, as such; any other failure as it is. */
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
