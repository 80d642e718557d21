package dev.runnel.server.http.assistants;

import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.JsonValue;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.Limits;
import org.jspecify.annotations.Nullable;

/** Reads requests that create assistants. The limits are those of OpenAI's published OpenAPI document. */
final class AssistantRequests {
    private AssistantRequests() {}

    static AssistantRequest assistant(Fields f) {
        return assistant(f, f.requiredString("model", Limits.MODEL), FileReferences.newToolResources(f));
    }

    /**
     * Reads an assistant's fields except those that a request that changes an assistant has in another form: its model,
     * which may be left out, and its tool resources.
     */
    static AssistantRequest assistant(Fields f, String model, @Nullable JsonValue toolResources) {
        return new AssistantRequest(
                model,
                f.string("name", 256),
                f.string("description", 512),
                f.string("instructions", ModelFields.MAX_INSTRUCTIONS),
                f.objects("tools", 128, ToolFields::tool),
                toolResources,
                f.decimal("temperature", 0, 2),
                f.decimal("top_p", 0, 1),
                ModelFields.responseFormat(f),
                ModelFields.reasoningEffort(f),
                f.metadata("metadata"));
    }
}
