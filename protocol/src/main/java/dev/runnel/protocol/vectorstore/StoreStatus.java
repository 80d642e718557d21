package dev.runnel.protocol.vectorstore;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The status of a vector store. */
public enum StoreStatus {
    /** At least one of its files is in progress. */
    IN_PROGRESS,
    /** None of its files is in progress; some may have failed. */
    COMPLETED,
    /** It was not used for the time after which it expires, and can no longer be searched. */
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
