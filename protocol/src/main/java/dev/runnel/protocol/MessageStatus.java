package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whether a message is finished. */
public enum MessageStatus {
    /** Still being written. */
    IN_PROGRESS,
    /** Cut off; see {@link Message#incompleteDetails()}. */
    INCOMPLETE,
    /** Finished. */
    COMPLETED,
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
