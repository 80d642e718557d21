package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The author of a message of a thread. */
public enum Role {
    /** The user. */
    USER,
    /** The assistant. */
    ASSISTANT,
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
