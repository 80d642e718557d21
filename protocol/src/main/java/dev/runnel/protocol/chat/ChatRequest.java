package dev.runnel.protocol.chat;

import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Tool;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request for a chat completion, written by {@link ChatJson#writeRequest}. A null component is left out of the JSON, and the
 * server's default applies.
 *
 * @param model any name the server knows
 * @param messages at least one
 * @param stream whether the reply is a stream of chunks
 * @param maxCompletionTokens the limit as newer servers name it
 * @param maxTokens the limit as most compatible servers name it
 * @param temperature 0 to 2
 * @param topP 0 to 1
 * @param responseFormat {@code "auto"} or an object, as it is on the wire
 * @param reasoningEffort {@code none}, {@code minimal}, {@code low}, {@code medium}, {@code high}, {@code xhigh} or {@code max}
 * @param tools functions
 * @param extra members that have no component here
 */
public record ChatRequest(
        String model,
        List<ChatMessage> messages,
        @Nullable Boolean stream,
        @Nullable JsonValue streamOptions,
        @Nullable Long maxCompletionTokens,
        @Nullable Long maxTokens,
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable JsonValue responseFormat,
        @Nullable String reasoningEffort,
        @Nullable List<Tool> tools,
        @Nullable JsonValue toolChoice,
        @Nullable Boolean parallelToolCalls,
        @Nullable Map<String, JsonValue> extra) {
    private static final JsonValue INCLUDE_USAGE = JsonValue.parse("{\"include_usage\": true}");

    /** A builder with the required components. */
    public static Builder builder(String model, List<ChatMessage> messages) {
        return new Builder(model, messages);
    }

    /** Members of the request that have no component here, by name; sent as they are. */
    @Override
    public Map<String, JsonValue> extra() {
        return extra == null ? Map.of() : extra;
    }

    /** The same request for another model. */
    public ChatRequest withModel(String name) {
        return new ChatRequest(
                name, messages, stream, streamOptions, maxCompletionTokens, maxTokens, temperature, topP,
                responseFormat, reasoningEffort, tools, toolChoice, parallelToolCalls, extra);
    }

    /** The same request with other messages. */
    public ChatRequest withMessages(List<ChatMessage> newMessages) {
        return new ChatRequest(
                model, newMessages, stream, streamOptions, maxCompletionTokens, maxTokens, temperature, topP,
                responseFormat, reasoningEffort, tools, toolChoice, parallelToolCalls, extra);
    }

    /** The same request with other members that have no component here. */
    public ChatRequest withExtra(Map<String, JsonValue> members) {
        return new ChatRequest(
                model, messages, stream, streamOptions, maxCompletionTokens, maxTokens, temperature, topP,
                responseFormat, reasoningEffort, tools, toolChoice, parallelToolCalls, Map.copyOf(members));
    }

    /** The same request with other tools. */
    public ChatRequest withTools(List<Tool> offered) {
        return new ChatRequest(
                model, messages, stream, streamOptions, maxCompletionTokens, maxTokens, temperature, topP,
                responseFormat, reasoningEffort, offered, toolChoice, parallelToolCalls, extra);
    }

    /** The same request with another choice of tools; null to leave the choice to the model. */
    public ChatRequest withToolChoice(@Nullable JsonValue choice) {
        return new ChatRequest(
                model, messages, stream, streamOptions, maxCompletionTokens, maxTokens, temperature, topP,
                responseFormat, reasoningEffort, tools, choice, parallelToolCalls, extra);
    }

    /** The same request with another response format. */
    public ChatRequest withResponseFormat(JsonValue format) {
        return new ChatRequest(
                model, messages, stream, streamOptions, maxCompletionTokens, maxTokens, temperature, topP, format,
                reasoningEffort, tools, toolChoice, parallelToolCalls, extra);
    }

    /** The same request, streamed or not; a streamed request asks for the usage at the end. */
    public ChatRequest withStream(boolean streamed) {
        JsonValue options = streamed ? INCLUDE_USAGE : null;
        return new ChatRequest(
                model, messages, streamed, options, maxCompletionTokens, maxTokens, temperature, topP, responseFormat,
                reasoningEffort, tools, toolChoice, parallelToolCalls, extra);
    }

    /** The same request with its limit under the old name, {@code max_tokens}, the only name that most compatible servers know. */
    public ChatRequest withMaxTokensOnly() {
        Long limit = maxCompletionTokens == null ? maxTokens : maxCompletionTokens;
        return new ChatRequest(
                model, messages, stream, streamOptions, null, limit, temperature, topP, responseFormat,
                reasoningEffort, tools, toolChoice, parallelToolCalls, extra);
    }

    /** The same request without {@code stream_options}, for servers that refuse it. */
    public ChatRequest withoutStreamOptions() {
        return new ChatRequest(
                model, messages, stream, null, maxCompletionTokens, maxTokens, temperature, topP, responseFormat,
                reasoningEffort, tools, toolChoice, parallelToolCalls, extra);
    }

    /** Collects the options of a {@link ChatRequest}. Not thread-safe. */
    public static final class Builder {
        private final String model;
        private final List<ChatMessage> messages;
        private @Nullable Boolean stream;
        private @Nullable JsonValue streamOptions;
        private @Nullable Long maxCompletionTokens;
        private @Nullable Long maxTokens;
        private @Nullable Double temperature;
        private @Nullable Double topP;
        private @Nullable JsonValue responseFormat;
        private @Nullable String reasoningEffort;
        private @Nullable List<Tool> tools;
        private @Nullable JsonValue toolChoice;
        private @Nullable Boolean parallelToolCalls;
        private @Nullable Map<String, JsonValue> extra;

        private Builder(String model, List<ChatMessage> messages) {
            this.model = model;
            this.messages = messages;
        }

        /** Sets {@code stream}. */
        public Builder stream(Boolean value) {
            stream = value;
            return this;
        }

        /** Sets {@code streamOptions}. */
        public Builder streamOptions(JsonValue value) {
            streamOptions = value;
            return this;
        }

        /** Sets {@code maxCompletionTokens}. */
        public Builder maxCompletionTokens(Long value) {
            maxCompletionTokens = value;
            return this;
        }

        /** Sets {@code maxTokens}. */
        public Builder maxTokens(Long value) {
            maxTokens = value;
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

        /** Sets {@code responseFormat}. */
        public Builder responseFormat(JsonValue value) {
            responseFormat = value;
            return this;
        }

        /** Sets {@code reasoningEffort}. */
        public Builder reasoningEffort(String value) {
            reasoningEffort = value;
            return this;
        }

        /** Sets {@code tools}. */
        public Builder tools(List<Tool> value) {
            tools = value;
            return this;
        }

        /** Sets {@code toolChoice}. */
        public Builder toolChoice(JsonValue value) {
            toolChoice = value;
            return this;
        }

        /** Sets {@code parallelToolCalls}. */
        public Builder parallelToolCalls(Boolean value) {
            parallelToolCalls = value;
            return this;
        }

        /** Sets {@code extra}. */
        public Builder extra(Map<String, JsonValue> value) {
            extra = value;
            return this;
        }

        /** The request. */
        public ChatRequest build() {
            return new ChatRequest(
                    model, messages, stream, streamOptions, maxCompletionTokens,
                    maxTokens, temperature, topP, responseFormat,
                    reasoningEffort, tools, toolChoice, parallelToolCalls, extra);
        }
    }
}
