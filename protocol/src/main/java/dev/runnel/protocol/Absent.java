package dev.runnel.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.runnel.protocol.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an absent or null member of an object stands for. Servers differ in what they leave out, and Jackson then hands null to
 * a record's constructor, whatever the component's type says.
 */
final class Absent {
    private static final TextNode AUTO = new TextNode("auto");

    private Absent() {}

    static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null || map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    static ObjectNode orEmpty(@Nullable ObjectNode object) {
        return object == null ? Json.object() : object;
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    static JsonNode orAuto(@Nullable JsonNode node) {
        return node == null || node.isNull() ? AUTO : node;
    }

    static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
