package dev.runnel.protocol.vectorstore;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/** A piece of a file's text. */
@JsonPropertyOrder("type")
public record TextPart(String text) {

    /** Always {@code "text"}. */
    @JsonProperty
    public String type() {
        return "text";
    }
}
