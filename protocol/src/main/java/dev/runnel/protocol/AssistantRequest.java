package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that creates an assistant. A null component is left out of the JSON, and the server's default applies.
 *
 * @param model any name the server knows
 * @param name at most 256 characters
 * @param description at most 512 characters
 * @param instructions at most 256,000 characters
 * @param tools at most 128
 * @param temperature 0 to 2
 * @param topP 0 to 1
 * @param responseFormat {@code "auto"} or an object, as it is on the wire
 * @param reasoningEffort {@code none}, {@code minimal}, {@code low}, {@code medium}, {@code high}, {@code xhigh} or {@code max}
 * @param metadata at most 16 pairs
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AssistantRequest(
        String model,
        @Nullable String name,
        @Nullable String description,
        @Nullable String instructions,
        @Nullable List<Tool> tools,
        @Nullable JsonValue toolResources,
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable JsonValue responseFormat,
        @Nullable String reasoningEffort,
        @Nullable Map<String, String> metadata) {

    /** A builder with the required components. */
    public static Builder builder(String model) {
        return new Builder(model);
    }

    /** Collects the options of a {@link AssistantRequest}. Not thread-safe. */
    public static final class Builder {
        private final String model;
        private @Nullable String name;
        private @Nullable String description;
        private @Nullable String instructions;
        private @Nullable List<Tool> tools;
        private @Nullable JsonValue toolResources;
        private @Nullable Double temperature;
        private @Nullable Double topP;
        private @Nullable JsonValue responseFormat;
        private @Nullable String reasoningEffort;
        private @Nullable Map<String, String> metadata;

        private Builder(String model) {
            this.model = model;
        }

        /** Sets {@code name}. */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /** Sets {@code description}. */
        public Builder description(String value) {
            description = value;
            return this;
        }

        /** Sets {@code instructions}. */
        public Builder instructions(String value) {
            instructions = value;
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

        /** Sets {@code metadata}. */
        public Builder metadata(Map<String, String> value) {
            metadata = value;
            return this;
        }

        /** The request. */
        public AssistantRequest build() {
            return new AssistantRequest(
                    model, name, description, instructions, tools,
                    toolResources, temperature, topP, responseFormat,
                    reasoningEffort, metadata);
        }
    }
}
