package dev.runnel.server.http.chat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.runnel.protocol.ModelInfo;
import java.util.List;

/** All models: the one list without pages. */
@JsonPropertyOrder({"object", "data"})
record ModelList(List<ModelInfo> data) {
    /** Always {@code "list"}. */
    @JsonProperty
    public String object() {
        return "list";
    }
}
