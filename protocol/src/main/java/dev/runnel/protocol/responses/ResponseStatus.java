package dev.runnel.protocol.responses;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The status of a response. */
public enum ResponseStatus {
    /** It waits for a worker. */
    QUEUED,
    /** It is being made. */
    IN_PROGRESS,
    /** Completed. Terminal. */
    COMPLETED,
    /** Cut off by a limit or a content filter. Terminal. */
    INCOMPLETE,
    /** Ended by an error. Terminal. */
    FAILED,
    /** Stopped on request. Terminal. */
    CANCELLED,
    /** A value this version does not know. */
    @JsonEnumDefaultValue
    UNKNOWN;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name on the wire. */
    @JsonValue
    public String wire() {
        return wire;
    }

    /** Whether the response will not change any more. */
    public boolean terminal() {
        return switch (this) {
            case COMPLETED, INCOMPLETE, FAILED, CANCELLED -> true;
            case QUEUED, IN_PROGRESS, UNKNOWN -> false;
        };
    }
}
