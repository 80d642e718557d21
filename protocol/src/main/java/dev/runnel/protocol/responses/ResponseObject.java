package dev.runnel.protocol.responses;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.runnel.protocol.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A response: a run, as the Responses API shows it. Every member is there; null stands only where it says so.
 *
 * @param createdAt in seconds since the epoch, as the other time
 * @param completedAt null unless it is completed
 * @param error what ended it; null unless it failed
 * @param incompleteDetails why it was cut off; null unless it was
 * @param instructions null if there are none
 * @param maxOutputTokens null if there is no limit
 * @param maxToolCalls null if there is no limit
 * @param output what the model and the server's tools have made, in order
 * @param previousResponseId the response that it goes on from; null if it goes on from none
 * @param conversation the conversation that the request named; null if it named none
 * @param prompt the assistant that it was made by; null if it was made by none
 * @param reasoning the model's effort; its members may be null
 * @param text the format of the text
 * @param choice which tools the model may call: a word, or an object; {@code tool_choice} on the wire
 * @param tools as the request gave them
 * @param usage the tokens of all its model calls; null until it has ended
 * @param metadata at most 16 pairs
 */
@JsonPropertyOrder({"id", "object"})
public record ResponseObject(
        String id,
        long createdAt,
        ResponseStatus status,
        boolean background,
        @Nullable Long completedAt,
        @Nullable Failure error,
        @Nullable Incomplete incompleteDetails,
        @Nullable String instructions,
        @Nullable Long maxOutputTokens,
        @Nullable Long maxToolCalls,
        String model,
        List<ResponseItem> output,
        boolean parallelToolCalls,
        @Nullable String previousResponseId,
        @Nullable ConversationReference conversation,
        @Nullable JsonValue prompt,
        Reasoning reasoning,
        boolean store,
        double temperature,
        JsonValue text,
        @JsonProperty("tool_choice") JsonValue choice,
        List<JsonValue> tools,
        double topP,
        long topLogprobs,
        double presencePenalty,
        double frequencyPenalty,
        String truncation,
        String serviceTier,
        @Nullable Used usage,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String user,
        @Nullable String safetyIdentifier,
        @Nullable String promptCacheKey,
        Map<String, String> metadata) {
    private static final JsonValue PLAIN = JsonValue.of(Map.of("format", Map.of("type", "text")));

    /** Gives the components that a server left out their defaults. */
    public ResponseObject {
        status = Objects.requireNonNullElse(status, ResponseStatus.UNKNOWN);
        model = Objects.requireNonNullElse(model, "");
        output = Objects.requireNonNullElse(output, List.of());
        reasoning = Objects.requireNonNullElse(reasoning, new Reasoning(null, null));
        text = Objects.requireNonNullElse(text, PLAIN);
        choice = Objects.requireNonNullElse(choice, JsonValue.of("auto"));
        tools = Objects.requireNonNullElse(tools, List.of());
        truncation = Objects.requireNonNullElse(truncation, "disabled");
        serviceTier = Objects.requireNonNullElse(serviceTier, "default");
        metadata = Objects.requireNonNullElse(metadata, Map.of());
    }

    /** Always {@code "response"}. */
    @JsonProperty
    public String object() {
        return "response";
    }

    /** The error that ended a response. */
    public record Failure(String code, String message) {}

    /**
     * Why a response was cut off.
     *
     * @param reason {@code max_output_tokens} or {@code content_filter}
     */
    public record Incomplete(String reason) {}

    /** The conversation that a response belongs to. */
    public record ConversationReference(String id) {}

    /**
     * How a model reasons.
     *
     * @param effort as the model server knows it; null if it was not set
     * @param summary which summary was asked for; null if none was
     */
    public record Reasoning(@Nullable String effort, @Nullable String summary) {}

    /** The tokens that a response used. */
    public record Used(
            long inputTokens, InputDetails inputTokensDetails, long outputTokens, OutputDetails outputTokensDetails,
            long totalTokens) {}

    /** The input's tokens that came from a cache, or went to it. */
    public record InputDetails(long cachedTokens, long cacheWriteTokens) {}

    /** The output's tokens that the model used for reasoning. */
    public record OutputDetails(long reasoningTokens) {}

    /** The same response with another output. */
    public ResponseObject withOutput(List<ResponseItem> items) {
        return new ResponseObject(
                id, createdAt, status, background, completedAt, error, incompleteDetails, instructions,
                maxOutputTokens, maxToolCalls, model, items, parallelToolCalls, previousResponseId, conversation,
                prompt, reasoning, store, temperature, text, choice, tools, topP, topLogprobs, presencePenalty,
                frequencyPenalty, truncation, serviceTier, usage, user, safetyIdentifier, promptCacheKey, metadata);
    }

    /** The calls of the caller's functions that have no output yet. */
    public List<ResponseItem.FunctionCall> openCalls() {
        Map<String, ResponseItem.FunctionCall> open = new LinkedHashMap<>();
        for (ResponseItem item : output) {
            if (item instanceof ResponseItem.FunctionCall call) {
                open.put(call.callId(), call);
            } else if (item instanceof ResponseItem.FunctionCallOutput answer) {
                open.remove(answer.callId());
            }
        }
        return List.copyOf(open.values());
    }

    /** The text parts of all output messages, joined. */
    public String outputText() {
        StringBuilder joined = new StringBuilder();
        for (ResponseItem item : output) {
            if (item instanceof ResponseItem.Message message) {
                message.content().forEach(part -> {
                    if (part.get("type").text().equals("output_text")) {
                        joined.append(part.get("text").text());
                    }
                });
            }
        }
        return joined.toString();
    }
}
