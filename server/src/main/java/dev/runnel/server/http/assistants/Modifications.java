package dev.runnel.server.http.assistants;

import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.Limits;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Reads requests that change objects. A field that is left out stays as it is. A null sets a field back to its default.
 * Metadata is replaced as a whole.
 */
final class Modifications {
    private Modifications() {}

    static UnaryOperator<Assistant> assistant(Fields f) {
        String model = f.string("model", Limits.MODEL);
        AssistantRequest given = AssistantRequests.assistant(
                f, Objects.requireNonNullElse(model, ""), FileReferences.toolResources(f));
        return old -> new Assistant(
                old.id(),
                old.createdAt(),
                f.has("name") ? given.name() : old.name(),
                f.has("description") ? given.description() : old.description(),
                Objects.requireNonNullElse(model, old.model()),
                f.has("instructions") ? given.instructions() : old.instructions(),
                f.has("tools") ? Objects.requireNonNullElse(given.tools(), List.of()) : old.tools(),
                f.has("top_p") ? given.topP() : old.topP(),
                f.has("temperature") ? given.temperature() : old.temperature(),
                f.has("reasoning_effort") ? given.reasoningEffort() : old.reasoningEffort(),
                f.has("tool_resources")
                        ? Objects.requireNonNullElse(given.toolResources(), JsonValue.EMPTY_OBJECT)
                        : old.toolResources(),
                f.has("metadata") ? Objects.requireNonNullElse(given.metadata(), Map.of()) : old.metadata(),
                f.has("response_format")
                        ? Objects.requireNonNullElseGet(given.responseFormat(), () -> JsonValue.of("auto"))
                        : old.responseFormat());
    }

    static UnaryOperator<AssistantThread> thread(Fields f) {
        JsonValue resources = FileReferences.toolResources(f);
        Map<String, String> metadata = f.metadata("metadata");
        return old -> new AssistantThread(
                old.id(),
                old.createdAt(),
                f.has("metadata") ? Objects.requireNonNullElse(metadata, Map.of()) : old.metadata(),
                f.has("tool_resources")
                        ? Objects.requireNonNullElse(resources, JsonValue.EMPTY_OBJECT)
                        : old.toolResources());
    }

    /**
     * The new metadata of a message or a run, whose other fields cannot be changed; empty if the request leaves the
     * metadata out.
     */
    static Optional<Map<String, String>> metadata(Fields f) {
        Map<String, String> metadata = f.metadata("metadata");
        return f.has("metadata") ? Optional.of(Objects.requireNonNullElse(metadata, Map.of())) : Optional.empty();
    }
}
