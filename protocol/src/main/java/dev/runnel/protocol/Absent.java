package dev.runnel.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The defaults of absent and null members. Servers leave out different members, and Jackson then passes null to a record's
 * constructor, even to a component whose type does not allow null.
 */
final class Absent {
    private static final JsonValue AUTO = JsonValue.of("auto");

    private Absent() {}

    static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null || map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    static JsonValue orEmpty(@Nullable JsonValue object) {
        return object == null ? JsonValue.EMPTY_OBJECT : object;
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    static JsonValue orAuto(@Nullable JsonValue node) {
        return node == null || node.isNull() ? AUTO : node;
    }

    static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
