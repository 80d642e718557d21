package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that creates a run; with a {@code thread}, it creates the thread too. A null component is left out of the JSON, and
 * the server's default applies.
 *
 * @param assistantId the assistant to run
 * @param thread the thread to create for this run, for a create-thread-and-run; null for a run on an existing thread
 * @param model overrides the assistant's
 * @param instructions overrides the assistant's
 * @param additionalInstructions appended to the instructions
 * @param additionalMessages added to the thread before the run
 * @param tools overrides the assistant's; at most 20
 * @param temperature 0 to 2
 * @param topP 0 to 1
 * @param responseFormat {@code "auto"} or an object, as it is on the wire
 * @param reasoningEffort {@code none}, {@code minimal}, {@code low}, {@code medium}, {@code high}, {@code xhigh} or {@code max}
 * @param maxPromptTokens over the whole run
 * @param maxCompletionTokens over the whole run
 * @param toolChoice {@code "none"}, {@code "auto"}, {@code "required"} or an object
 * @param metadata at most 16 pairs
 * @param stream whether the answer is the run's stream
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunRequest(
        String assistantId,
        @Nullable ThreadRequest thread,
        @Nullable String model,
        @Nullable String instructions,
        @Nullable String additionalInstructions,
        @Nullable List<MessageRequest> additionalMessages,
        @Nullable List<Tool> tools,
        @Nullable JsonValue toolResources,
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable JsonValue responseFormat,
        @Nullable String reasoningEffort,
        @Nullable Long maxPromptTokens,
        @Nullable Long maxCompletionTokens,
        @Nullable TruncationStrategy truncationStrategy,
        @Nullable JsonValue toolChoice,
        @Nullable Boolean parallelToolCalls,
        @Nullable Map<String, String> metadata,
        @Nullable Boolean stream) {

    /** A builder with the required components. */
    public static Builder builder(String assistantId) {
        return new Builder(assistantId);
    }

    /** The same request, streamed or not. */
    public RunRequest withStream(boolean streamed) {
        return new RunRequest(
                assistantId, thread, model, instructions, additionalInstructions, additionalMessages, tools,
                toolResources, temperature, topP, responseFormat, reasoningEffort, maxPromptTokens,
                maxCompletionTokens, truncationStrategy, toolChoice, parallelToolCalls, metadata, streamed);
    }

    /** The same request with other tools. */
    public RunRequest withTools(List<Tool> offered) {
        return new RunRequest(
                assistantId, thread, model, instructions, additionalInstructions, additionalMessages, offered,
                toolResources, temperature, topP, responseFormat, reasoningEffort, maxPromptTokens,
                maxCompletionTokens, truncationStrategy, toolChoice, parallelToolCalls, metadata, stream);
    }

    /** Collects the options of a {@link RunRequest}. Not thread-safe. */
    public static final class Builder {
        private final String assistantId;
        private @Nullable ThreadRequest thread;
        private @Nullable String model;
        private @Nullable String instructions;
        private @Nullable String additionalInstructions;
        private @Nullable List<MessageRequest> additionalMessages;
        private @Nullable List<Tool> tools;
        private @Nullable JsonValue toolResources;
        private @Nullable Double temperature;
        private @Nullable Double topP;
        private @Nullable JsonValue responseFormat;
        private @Nullable String reasoningEffort;
        private @Nullable Long maxPromptTokens;
        private @Nullable Long maxCompletionTokens;
        private @Nullable TruncationStrategy truncationStrategy;
        private @Nullable JsonValue toolChoice;
        private @Nullable Boolean parallelToolCalls;
        private @Nullable Map<String, String> metadata;
        private @Nullable Boolean stream;

        private Builder(String assistantId) {
            this.assistantId = assistantId;
        }

        /** Sets {@code thread}. */
        public Builder thread(ThreadRequest value) {
            thread = value;
            return this;
        }

        /** Sets {@code model}. */
        public Builder model(String value) {
            model = value;
            return this;
        }

        /** Sets {@code instructions}. */
        public Builder instructions(String value) {
            instructions = value;
            return this;
        }

        /** Sets {@code additionalInstructions}. */
        public Builder additionalInstructions(String value) {
            additionalInstructions = value;
            return this;
        }

        /** Sets {@code additionalMessages}. */
        public Builder additionalMessages(List<MessageRequest> value) {
            additionalMessages = value;
            return this;
        }

        /** Sets {@code tools}. */
        public Builder tools(List<Tool> value) {
            tools = value;
            return this;
        }

        /** Sets {@code toolResources}. */
        public Builder toolResources(JsonValue value) {
            toolResources = value;
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

        /** Sets {@code maxPromptTokens}. */
        public Builder maxPromptTokens(Long value) {
            maxPromptTokens = value;
            return this;
        }

        /** Sets {@code maxCompletionTokens}. */
        public Builder maxCompletionTokens(Long value) {
            maxCompletionTokens = value;
            return this;
        }

        /** Sets {@code truncationStrategy}. */
        public Builder truncationStrategy(TruncationStrategy value) {
            truncationStrategy = value;
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

        /** Sets {@code metadata}. */
        public Builder metadata(Map<String, String> value) {
            metadata = value;
            return this;
        }

        /** Sets {@code stream}. */
        public Builder stream(Boolean value) {
            stream = value;
            return this;
        }

        /** The request. */
        public RunRequest build() {
            return new RunRequest(
                    assistantId, thread, model, instructions,
                    additionalInstructions, additionalMessages, tools,
                    toolResources, temperature, topP, responseFormat,
                    reasoningEffort, maxPromptTokens, maxCompletionTokens,
                    truncationStrategy, toolChoice, parallelToolCalls, metadata,
                    stream);
        }
    }
}
