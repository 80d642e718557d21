package dev.runnel.server.http.chat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.runnel.protocol.ModelInfo;
import java.util.List;

/** The list of all models. It is the only list without pages. */
@JsonPropertyOrder({"object", "data"})
record ModelList(List<ModelInfo> data) {
    /** Always {@code "list"}. */
    @JsonProperty
    public String object() {
        return "list";
    }
}
