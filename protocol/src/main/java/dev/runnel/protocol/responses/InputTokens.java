package dev.runnel.protocol.responses;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/** How many tokens a request's prompt has. */
@JsonPropertyOrder("object")
public record InputTokens(long inputTokens) {

    /** Always {@code "response.input_tokens"}. */
    @JsonProperty
    public String object() {
        return "response.input_tokens";
    }
}
