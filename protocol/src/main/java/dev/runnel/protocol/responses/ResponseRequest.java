package dev.runnel.protocol.responses;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.runnel.protocol.JsonValue;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that creates a response. A null component is left out of the JSON, and the server's default applies.
 *
 * @param model null if the prompt is an assistant, which has a model of its own
 * @param input a text of the user, or an array of items; null for none
 * @param instructions for this response alone: the next one needs them again
 * @param previousResponseId the response to go on from; not together with {@code conversation}
 * @param conversation the conversation's id, or a thread's; null for a new one
 * @param prompt at Runnel an assistant: {@code {"id": "asst_…"}}
 * @param tools see {@link ResponseTools}
 * @param toolChoice {@code "none"}, {@code "auto"}, {@code "required"} or an object
 * @param maxToolCalls of the server's tools, over the whole response
 * @param maxOutputTokens at least 16
 * @param temperature 0 to 2
 * @param topP 0 to 1
 * @param topLogprobs 0 to 20
 * @param text the text's format and verbosity, as they are on the wire
 * @param reasoning the model's effort, as in {@code {"effort": "low"}}
 * @param truncation {@code disabled}, the default, fails if the prompt is too long for the model; {@code auto}
 *     leaves out its beginning
 * @param include further parts of the answer, such as {@code file_search_call.results}
 * @param user an id of the end user
 * @param safetyIdentifier an id of the end user, for the service's safety
 * @param metadata at most 16 pairs
 * @param store whether the response is kept; true by default
 * @param background whether the answer comes at once, before the response is made
 * @param stream whether the answer is the response's stream
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ResponseRequest(
        @Nullable String model,
        @Nullable JsonValue input,
        @Nullable String instructions,
        @Nullable String previousResponseId,
        @Nullable String conversation,
        @Nullable JsonValue prompt,
        @Nullable List<JsonValue> tools,
        @Nullable JsonValue toolChoice,
        @Nullable Boolean parallelToolCalls,
        @Nullable Long maxToolCalls,
        @Nullable Long maxOutputTokens,
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable Long topLogprobs,
        @Nullable JsonValue text,
        @Nullable JsonValue reasoning,
        @Nullable String truncation,
        @Nullable List<String> include,
        @Nullable String serviceTier,
        @Nullable String user,
        @Nullable String safetyIdentifier,
        @Nullable String promptCacheKey,
        @Nullable Map<String, String> metadata,
        @Nullable Boolean store,
        @Nullable Boolean background,
        @Nullable Boolean stream) {

    /** A builder of a request with a text of the user. */
    public static Builder builder(String model, String input) {
        return new Builder().model(model).input(JsonValue.of(input));
    }

    /** A builder of a request with items. */
    public static Builder builder(String model, List<InputItem> input) {
        return new Builder().model(model).input(JsonValue.of(input));
    }

    /**
     * A builder of a request whose model, instructions and tools are those of an assistant. Only Runnel serves this.
     */
    public static Builder ofAssistant(String assistantId, String input) {
        return new Builder().prompt(JsonValue.of(Map.of("id", assistantId))).input(JsonValue.of(input));
    }

    /** A builder with the components of this request. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The items of the input: a text is the message of a user. */
    public List<InputItem> inputItems() {
        if (input == null || input.isNull()) {
            return List.of();
        }
        return input.isText()
                ? List.of(InputItem.user(input.text()))
                : input.elements().stream().map(InputItem::new).toList();
    }

    /** Collects the options of a {@link ResponseRequest}. Not thread-safe. */
    public static final class Builder {
        private @Nullable String model;
        private @Nullable JsonValue input;
        private @Nullable String instructions;
        private @Nullable String previousResponseId;
        private @Nullable String conversation;
        private @Nullable JsonValue prompt;
        private @Nullable List<JsonValue> tools;
        private @Nullable JsonValue toolChoice;
        private @Nullable Boolean parallelToolCalls;
        private @Nullable Long maxToolCalls;
        private @Nullable Long maxOutputTokens;
        private @Nullable Double temperature;
        private @Nullable Double topP;
        private @Nullable Long topLogprobs;
        private @Nullable JsonValue text;
        private @Nullable JsonValue reasoning;
        private @Nullable String truncation;
        private @Nullable List<String> include;
        private @Nullable String serviceTier;
        private @Nullable String user;
        private @Nullable String safetyIdentifier;
        private @Nullable String promptCacheKey;
        private @Nullable Map<String, String> metadata;
        private @Nullable Boolean store;
        private @Nullable Boolean background;
        private @Nullable Boolean stream;

        private Builder() {}

        private Builder(ResponseRequest from) {
            model = from.model;
            input = from.input;
            instructions = from.instructions;
            previousResponseId = from.previousResponseId;
            conversation = from.conversation;
            prompt = from.prompt;
            tools = from.tools;
            toolChoice = from.toolChoice;
            parallelToolCalls = from.parallelToolCalls;
            maxToolCalls = from.maxToolCalls;
            maxOutputTokens = from.maxOutputTokens;
            temperature = from.temperature;
            topP = from.topP;
            topLogprobs = from.topLogprobs;
            text = from.text;
            reasoning = from.reasoning;
            truncation = from.truncation;
            include = from.include;
            serviceTier = from.serviceTier;
            user = from.user;
            safetyIdentifier = from.safetyIdentifier;
            promptCacheKey = from.promptCacheKey;
            metadata = from.metadata;
            store = from.store;
            background = from.background;
            stream = from.stream;
        }

        /** Sets {@code model}. */
        public Builder model(String value) {
            model = value;
            return this;
        }

        /** Sets {@code input}. */
        public Builder input(JsonValue value) {
            input = value;
            return this;
        }

        /** Sets {@code instructions}. */
        public Builder instructions(String value) {
            instructions = value;
            return this;
        }

        /** Sets {@code previousResponseId}; null takes it back. */
        public Builder previousResponseId(@Nullable String value) {
            previousResponseId = value;
            return this;
        }

        /** Sets {@code conversation}. */
        public Builder conversation(String value) {
            conversation = value;
            return this;
        }

        /** Sets {@code prompt}. */
        public Builder prompt(JsonValue value) {
            prompt = value;
            return this;
        }

        /** Sets {@code tools}. */
        public Builder tools(List<JsonValue> value) {
            tools = value;
            return this;
        }

        /** Sets {@code toolChoice}; null takes it back. */
        public Builder toolChoice(@Nullable JsonValue value) {
            toolChoice = value;
            return this;
        }

        /** Sets {@code parallelToolCalls}. */
        public Builder parallelToolCalls(Boolean value) {
            parallelToolCalls = value;
            return this;
        }

        /** Sets {@code maxToolCalls}. */
        public Builder maxToolCalls(Long value) {
            maxToolCalls = value;
            return this;
        }

        /** Sets {@code maxOutputTokens}. */
        public Builder maxOutputTokens(Long value) {
            maxOutputTokens = value;
            return this;
        }

        /** Sets {@code temperature}. */
        public Builder temperature(Double value) {
            temperature = value;
            return this;
        }

        /** Sets {@code topP}. */
        public Builder topP(Double value) {
            topP = value;
            return this;
        }

        /** Sets {@code topLogprobs}. */
        public Builder topLogprobs(Long value) {
            topLogprobs = value;
            return this;
        }

        /** Sets {@code text}. */
        public Builder text(JsonValue value) {
            text = value;
            return this;
        }

        /** Sets {@code reasoning}. */
        public Builder reasoning(JsonValue value) {
            reasoning = value;
            return this;
        }

        /** Sets {@code truncation}. */
        public Builder truncation(String value) {
            truncation = value;
            return this;
        }

        /** Sets {@code include}. */
        public Builder include(List<String> value) {
            include = value;
            return this;
        }

        /** Sets {@code serviceTier}. */
        public Builder serviceTier(String value) {
            serviceTier = value;
            return this;
        }

        /** Sets {@code user}. */
        public Builder user(String value) {
            user = value;
            return this;
        }

        /** Sets {@code safetyIdentifier}. */
        public Builder safetyIdentifier(String value) {
            safetyIdentifier = value;
            return this;
        }

        /** Sets {@code promptCacheKey}. */
        public Builder promptCacheKey(String value) {
            promptCacheKey = value;
            return this;
        }

        /** Sets {@code metadata}. */
        public Builder metadata(Map<String, String> value) {
            metadata = value;
            return this;
        }

        /** Sets {@code store}. */
        public Builder store(Boolean value) {
            store = value;
            return this;
        }

        /** Sets {@code background}. */
        public Builder background(Boolean value) {
            background = value;
            return this;
        }

        /** Sets {@code stream}. */
        public Builder stream(Boolean value) {
            stream = value;
            return this;
        }

        /** The request. */
        public ResponseRequest build() {
            return new ResponseRequest(
                    model, input, instructions, previousResponseId, conversation, prompt, tools, toolChoice,
                    parallelToolCalls, maxToolCalls, maxOutputTokens, temperature, topP, topLogprobs, text,
                    reasoning, truncation, include, serviceTier, user, safetyIdentifier, promptCacheKey,
                    metadata, store, background, stream);
        }
    }
}
