package dev.runnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;

/** An answer that came as a whole. */
record Answer(int status, HttpHeaders headers, String body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(json, e);
        }
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    static JsonNode text(String text) {
        return TextNode.valueOf(text);
    }

    JsonNode json() {
        return tree(body);
    }

    /** The body of an answer of status 200. */
    JsonNode ok() {
        if (status != 200) {
            throw new AssertionError("status " + status + ": " + body);
        }
        return json();
    }

    String id() {
        return ok().path("id").asText();
    }

    JsonNode error() {
        return json().path("error");
    }

    /** The texts at one field of each object in a list. */
    List<String> column(String field) {
        List<String> values = new ArrayList<>();
        ok().path("data").forEach(entry -> values.add(entry.path(field).asText()));
        return values;
    }

    List<String> ids() {
        return column("id");
    }
}
