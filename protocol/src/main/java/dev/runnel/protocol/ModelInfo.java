package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A model that can be named in requests.
 *
 * @param id empty if the server gave none
 * @param created in seconds since the epoch; 0 if unknown
 */
@JsonPropertyOrder({"id", "object"})
public record ModelInfo(String id, long created, String ownedBy) {
    /** Makes an absent id and owner empty. */
    public ModelInfo {
        id = Absent.orEmpty(id);
        ownedBy = Absent.orEmpty(ownedBy);
    }

    /** Always {@code "model"}. */
    @JsonProperty
    public String object() {
        return "model";
    }
}
