package dev.runnel.client;

import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.protocol.chat.ChatRequest;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A chat completion whose text is a JSON object of a type. */
final class StructuredReply {
    /** Smaller models often put their JSON into a code block, against their instructions. */
    private static final Pattern CODE_BLOCK = Pattern.compile("```(?:json)?\\s*(.*?)\\s*```", Pattern.DOTALL);

    private StructuredReply() {}

    static ChatRequest asked(ChatRequest request, Class<?> type) {
        Map<String, Object> schema = Map.of("name", type.getSimpleName(), "schema", JsonSchemas.of(type), "strict",
                true);
        return request.withResponseFormat(JsonValue.of(Map.of("type", "json_schema", "json_schema", schema)));
    }

    static <T> T read(ChatCompletion completion, Class<T> type) {
        if (completion.choices().isEmpty()) {
            throw new UnusableReplyException("the completion has no choice", "", null);
        }
        ChatCompletion.Choice choice = completion.choices().get(0);
        if (!choice.refusal().isEmpty()) {
            throw new UnusableReplyException("the model refused: " + choice.refusal(), choice.refusal(), null);
        }
        if (!choice.toolCalls().isEmpty()) {
            throw new UnusableReplyException("the model calls functions instead of replying", choice.content(), null);
        }
        String text = choice.content();
        if ("length".equals(choice.finishReason())) {
            throw new UnusableReplyException("the reply was cut off by its token limit", text, null);
        }
        Matcher block = CODE_BLOCK.matcher(text.strip());
        try {
            byte[] json = (block.matches() ? block.group(1) : text).getBytes(UTF_8);
            return TypedJson.read(json, type, JsonSchemas.of(type));
        } catch (JsonException e) {
            throw new UnusableReplyException(
                    "the reply is not a " + type.getSimpleName() + ": " + e.getMessage(), text, e);
        }
    }
}
