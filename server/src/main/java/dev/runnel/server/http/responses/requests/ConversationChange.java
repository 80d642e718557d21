package dev.runnel.server.http.responses.requests;

import dev.runnel.server.http.fields.Fields;
import java.util.Map;
import java.util.Objects;

/** A request that replaces a conversation's metadata. */
public record ConversationChange(Map<String, String> metadata) {
    public static ConversationChange read(Fields f) {
        f.requirePresent("metadata");
        return new ConversationChange(Objects.requireNonNullElse(f.metadata("metadata"), Map.of()));
    }
}
