package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A model that can be named in requests.
 *
 * @param created in seconds since the epoch; 0 if unknown
 */
@JsonPropertyOrder({"id", "object"})
public record ModelInfo(String id, long created, String ownedBy) {
    /** Makes an absent owner empty. */
    public ModelInfo {
        ownedBy = Absent.orEmpty(ownedBy);
    }

    /** Always {@code "model"}. */
    @JsonProperty
    public String object() {
        return "model";
    }
}
