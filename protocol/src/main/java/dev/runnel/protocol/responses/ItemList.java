package dev.runnel.protocol.responses;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * A page of items.
 *
 * @param firstId empty if there are none, as {@code lastId}
 */
@JsonPropertyOrder({"object", "data"})
public record ItemList(List<ResponseItem> data, String firstId, String lastId, boolean hasMore) {
    /** Always {@code "list"}. */
    @JsonProperty
    public String object() {
        return "list";
    }

    /** A page of these items. */
    public static ItemList of(List<ResponseItem> items, boolean more) {
        return new ItemList(
                List.copyOf(items), items.isEmpty() ? "" : items.get(0).id(),
                items.isEmpty() ? "" : items.get(items.size() - 1).id(), more);
    }
}
