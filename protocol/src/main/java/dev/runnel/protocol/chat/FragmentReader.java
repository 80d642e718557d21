package dev.runnel.protocol.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the fragments of tool calls in a chunk. */
final class FragmentReader {
    private static final Pattern INDEX = Pattern.compile("\\s*([0-9]{1,9})(?:\\.0*)?\\s*");

    /** Members that the protocol does not have are kept as a tree, and only those of chunks up to this size, in bytes. */
    private static final int MAX_SIZE_WITH_EXTRAS = 1024 * 1024;

    private final int size;

    /** @param size the chunk's, in bytes */
    FragmentReader(int size) {
        this.size = size;
    }

    /**
     * Reads the next value: a list of fragments, or a single one.
     *
     * @param whole whether it is of a whole message, in which each entry is one call, whatever its index
     */
    List<ToolCallFragment> list(JsonParser json, boolean whole) throws IOException {
        if (json.nextToken() == JsonToken.START_OBJECT) {
            ToolCallFragment only = fragment(json);
            return only.saysNothing() ? List.of() : List.of(only);
        } else if (json.currentToken() != JsonToken.START_ARRAY) {
            return List.of();
        }
        List<ToolCallFragment> fragments = new ArrayList<>(1);
        for (JsonToken token; (token = json.nextToken()) != JsonToken.END_ARRAY;) {
            if (token == JsonToken.START_OBJECT) {
                ToolCallFragment fragment = fragment(json);
                fragments.add(whole ? fragment.at(fragments.size()) : fragment);
            } else {
                Said.skip(json, token);
            }
        }
        return fragments;
    }

    private ToolCallFragment fragment(JsonParser json) throws IOException {
        Integer index = null;
        String id = "";
        String[] function = {"", ""};
        ObjectNode extra = Json.object();
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "index" -> index = index(json);
                case "id" -> id = Said.text(json);
                case "type" -> Said.skip(json, json.nextToken());
                case "function" -> function(json, function);
                case "name" -> function[0] = Said.text(json);
                case "arguments" -> function[1] = arguments(json);
                default -> {
                    JsonToken value = json.nextToken();
                    if (size <= MAX_SIZE_WITH_EXTRAS) {
                        extra.set(field, Json.readTree(json));
                    } else {
                        Said.skip(json, value);
                    }
                }
            }
        }
        return new ToolCallFragment(
                index, id, function[0], function[1], extra.isEmpty() ? null : JsonValue.of(extra));
    }

    /** The one call of servers that have the form of before there were several. */
    static List<ToolCallFragment> functionCall(JsonParser json) throws IOException {
        String[] function = {"", ""};
        function(json, function);
        return function[0].isEmpty() && function[1].isEmpty()
                ? List.of()
                : List.of(new ToolCallFragment(0, "", function[0], function[1], null));
    }

    /** A number, also as text or with a fraction of zero; null if it is none. */
    private static @Nullable Integer index(JsonParser json) throws IOException {
        Matcher index = INDEX.matcher(Said.text(json));
        return index.matches() ? Integer.valueOf(index.group(1)) : null;
    }

    /** @param told where the name and the arguments go */
    private static void function(JsonParser json, String[] told) throws IOException {
        JsonToken token = json.nextToken();
        if (token != JsonToken.START_OBJECT) {
            Said.skip(json, token);
            return;
        }
        for (String field; (field = json.nextFieldName()) != null;) {
            switch (field) {
                case "name" -> told[0] = Said.text(json);
                case "arguments", "parameters" -> {
                    String arguments = arguments(json);
                    told[1] = told[1].isEmpty() ? arguments : told[1];
                }
                default -> Said.skip(json, json.nextToken());
            }
        }
    }

    private static String arguments(JsonParser json) throws IOException {
        String text = json.nextTextValue();
        if (text != null) {
            return text;
        }
        if (json.currentToken() == JsonToken.START_OBJECT) {
            String object = new String(Json.stream(out -> out.copyCurrentStructure(json)), StandardCharsets.UTF_8);
            return object.equals("{}") ? "" : object; // its members may come as text in the next fragments
        }
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return "";
        }
        JsonNode list = Json.readTree(json);
        StringBuilder joined = new StringBuilder();
        list.forEach(part -> joined.append(part.isTextual() ? part.asText() : part.path("text").asText()));
        return joined.indexOf("{") >= 0 ? joined.toString() : list.toString(); // an object in pieces, or a list as it is
    }
}
