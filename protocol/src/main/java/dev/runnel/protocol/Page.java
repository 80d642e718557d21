package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param firstId the first object's id; null on an empty page
 * @param lastId the last object's id, to ask for the objects {@code after} it; null on an empty page
 * @param hasMore whether more objects follow in the requested order
 * @param <T> the type of the listed objects
 */
@JsonPropertyOrder({"object", "data"})
public record Page<T>(List<T> data, @Nullable String firstId, @Nullable String lastId, boolean hasMore) {
    /** Makes absent data empty. */
    public Page {
        data = Absent.orEmpty(data);
    }

    /** Always {@code "list"}. */
    @JsonProperty
    public String object() {
        return "list";
    }
}
