package dev.runnel.server.http.responses.requests;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.server.engine.turns.Turn;
import dev.runnel.server.http.fields.Fields;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A request that creates a conversation. */
public record ConversationRequest(Map<String, String> metadata, List<Turn.Input> items) {
    private static final int MAX_ITEMS = 20;

    public static ConversationRequest read(Fields f) {
        JsonNode items = f.checked("items", it -> it.objects("items", MAX_ITEMS, ItemFields::item));
        return new ConversationRequest(
                Objects.requireNonNullElse(f.metadata("metadata"), Map.of()), InputItems.of(items, f.path("items")));
    }
}
