package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The status of a run. */
public enum RunStatus {
    /** Created, or given its tool outputs, and waiting for a worker. */
    QUEUED,
    /** A worker executes it. */
    IN_PROGRESS,
    /** It waits for tool outputs. */
    REQUIRES_ACTION,
    /** Somebody asked to cancel it, and it has not stopped yet. */
    CANCELLING,
    /** Stopped on request. Terminal. */
    CANCELLED,
    /** Ended by an error; see {@link Run#lastError()}. Terminal. */
    FAILED,
    /** Completed. Terminal. */
    COMPLETED,
    /** Ended early by a token budget or a content filter. Terminal. */
    INCOMPLETE,
    /** Not completed by {@link Run#expiresAt()}. Terminal. */
    EXPIRED,
    /** A value this version does not know. */
    @JsonEnumDefaultValue
    UNKNOWN;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name on the wire. */
    @JsonValue
    public String wire() {
        return wire;
    }

    /** Whether the run has ended for good. A run that {@linkplain #REQUIRES_ACTION waits for tool outputs} has not. */
    public boolean terminal() {
        return switch (this) {
            case CANCELLED, FAILED, COMPLETED, INCOMPLETE, EXPIRED -> true;
            case QUEUED, IN_PROGRESS, REQUIRES_ACTION, CANCELLING, UNKNOWN -> false;
        };
    }
}
