package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The status of a run step. */
public enum StepStatus {
    /** Under way. */
    IN_PROGRESS,
    /** Ended because the run was cancelled. */
    CANCELLED,
    /** Ended by an error; see {@link RunStep#lastError()}. */
    FAILED,
    /** Finished. */
    COMPLETED,
    /** Ended because the run expired. */
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
}
