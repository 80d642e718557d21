package dev.runnel.client;

import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.chat.ChatCompletion;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.responses.ResponseItem;
import dev.runnel.protocol.responses.ResponseObject;
import dev.runnel.protocol.responses.ResponseRequest;
import dev.runnel.protocol.responses.ResponseStatus;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A chat completion or a response whose text is a JSON object of a type. */
final class StructuredReply {
    /** Smaller models often put their JSON into a code block, against their instructions. */
    private static final Pattern CODE_BLOCK = Pattern.compile("```(?:json)?\\s*(.*?)\\s*```", Pattern.DOTALL);

    private StructuredReply() {}

    static ChatRequest asked(ChatRequest request, Class<?> type) {
        Map<String, Object> schema = Map.of("name", type.getSimpleName(), "schema", JsonSchemas.of(type), "strict",
                true);
        return request.withResponseFormat(JsonValue.of(Map.of("type", "json_schema", "json_schema", schema)));
    }

    static ResponseRequest asked(ResponseRequest request, Class<?> type) {
        Map<String, Object> format = Map.of("type", "json_schema", "name", type.getSimpleName(), "schema",
                JsonSchemas.of(type), "strict", true);
        JsonValue text = Objects.requireNonNullElse(request.text(), JsonValue.EMPTY_OBJECT);
        return request.toBuilder().text(text.with(Map.of("format", format))).build();
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
        return parse(text, type);
    }

    static <T> T read(ResponseObject response, Class<T> type) {
        if (response.status() == ResponseStatus.FAILED) {
            throw new ResponseFailedException(response);
        }
        String refusal = lastText(response, "refusal", "refusal");
        String text = lastText(response, "output_text", "text");
        if (!refusal.isEmpty()) {
            throw new UnusableReplyException("the model refused: " + refusal, refusal, null);
        } else if (!response.openCalls().isEmpty()) {
            throw new UnusableReplyException("the model calls functions instead of replying", text, null);
        } else if (response.status() != ResponseStatus.COMPLETED) {
            throw new UnusableReplyException("the reply was cut off: the response is " + response.status().wire()
                    + Optional.ofNullable(response.incompleteDetails()).map(why -> ", by " + why.reason()).orElse(""),
                    text, null);
        }
        return parse(text, type);
    }

    /** The text of the last message; a response with tools of the server may have several messages. */
    private static String lastText(ResponseObject response, String type, String member) {
        String text = "";
        for (ResponseItem item : response.output()) {
            if (item instanceof ResponseItem.Message message) {
                text = message.content().stream().filter(part -> part.get("type").text().equals(type))
                        .map(part -> part.get(member).text()).collect(Collectors.joining());
            }
        }
        return text;
    }

    private static <T> T parse(String text, Class<T> type) {
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
