package dev.runnel.server.http.assistants;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.MessageRequest;
import dev.runnel.protocol.Role;
import dev.runnel.protocol.ThreadRequest;
import dev.runnel.server.http.fields.Fields;
import dev.runnel.server.http.fields.Fields.Kind;
import java.util.List;

/**
 * Reads requests that create threads and messages. The limits are those of OpenAI's published OpenAPI document, with
 * one exception: a thread has at most 32 initial messages, as observed at the hosted service.
 */
final class ThreadRequests {
    private static final int MAX_TEXT = 256_000;
    private static final int MAX_INITIAL_MESSAGES = 32;

    private ThreadRequests() {}

    static ThreadRequest thread(Fields f) {
        return new ThreadRequest(
                f.objects("messages", MAX_INITIAL_MESSAGES, ThreadRequests::message),
                FileReferences.newToolResources(f),
                f.metadata("metadata"));
    }

    static MessageRequest message(Fields f) {
        Role role = f.requiredChoice("role", "user", "assistant").equals("user") ? Role.USER : Role.ASSISTANT;
        JsonNode content = f.textOr("content",
                text -> text.requiredString("content", MAX_TEXT),
                parts -> parts.requiredObjects("content", 1, 1_000, ThreadRequests::part));
        return new MessageRequest(role, JsonValue.of(content), FileReferences.attachments(f), f.metadata("metadata"));
    }

    private static Object part(Fields f) {
        return f.kinds("type", List.of(
                new Kind<>("text", part -> part.requiredString("text", MAX_TEXT)),
                new Kind<>("image_url", part -> part.requiredNested("image_url", ThreadRequests::imageUrl)),
                new Kind<>("image_file", FileReferences::imageFile)));
    }

    private static void imageUrl(Fields image) {
        image.requiredString("url", Integer.MAX_VALUE);
        image.choice("detail", "auto", "low", "high");
    }
}
