package dev.runnel.protocol.vectorstore;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The status of a file in a vector store. */
public enum StoreFileStatus {
    /** It is being made searchable, or waits for that. */
    IN_PROGRESS,
    /** It can be searched. */
    COMPLETED,
    /** It cannot be searched; its {@code last_error} says why. */
    FAILED,
    /** Its batch was cancelled before it could be searched. */
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
}
