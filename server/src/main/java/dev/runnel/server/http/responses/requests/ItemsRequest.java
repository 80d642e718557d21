package dev.runnel.server.http.responses.requests;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.engine.turns.Turn;
import dev.runnel.server.http.fields.Fields;
import java.util.List;

/** A request that adds items to a conversation. */
public record ItemsRequest(List<Turn.Input> items) {
    private static final int MAX_ITEMS = 20;

    public static ItemsRequest read(Fields f) {
        JsonNode items = f.checked(
                "items", it -> it.requiredObjects("items", 0, MAX_ITEMS, ItemFields::item));
        return new ItemsRequest(InputItems.of(items, f.path("items")));
    }
}
