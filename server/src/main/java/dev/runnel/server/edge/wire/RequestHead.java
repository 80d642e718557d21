package dev.runnel.server.edge.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A request's first line and its headers.
 *
 * @param method as the client sent it
 * @param target as the client sent it, without scheme, authority and fragment
 * @param http10 whether the client speaks HTTP/1.0
 * @param fields in the order that the client sent them
 */
public record RequestHead(String method, String target, boolean http10, List<Field> fields) {

    /**
     * A header field.
     *
     * @param name in lower case
     */
    public record Field(String name, String value) {}

    /** A header's first value. The name's case does not matter. */
    public Optional<String> first(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        for (Field field : fields) {
            if (field.name().equals(wanted)) {
                return Optional.of(field.value());
            }
        }
        return Optional.empty();
    }

    /** All values of a header, by its name in lower case. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(1);
        for (Field field : fields) {
            if (field.name().equals(name)) {
                values.add(field.value());
            }
        }
        return values;
    }

    /** Whether a list header such as {@code Connection} has an element; the element's case does not matter. */
    public boolean lists(String name, String element) {
        for (String value : all(name)) {
            for (String each : value.split(",", -1)) {
                if (each.strip().equalsIgnoreCase(element)) {
                    return true;
                }
            }
        }
        return false;
    }
}
