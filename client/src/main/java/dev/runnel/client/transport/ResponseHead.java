package dev.runnel.client.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A response's status and headers.
 *
 * @param persistent whether the HTTP version keeps connections open by default: from 1.1 on
 * @param headers each header's values, by its name in lower case
 */
record ResponseHead(int status, boolean persistent, Map<String, List<String>> headers) {

    /** A header's first value; the name's case does not matter. */
    Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    private List<String> all(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    /** The elements of a header that is a list, in lower case, however many lines it has. */
    List<String> elements(String name) {
        List<String> elements = new ArrayList<>();
        for (String value : all(name)) {
            for (String element : value.split(",", -1)) {
                if (!element.isBlank()) {
                    elements.add(element.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        return elements;
    }

    /** Whether the server keeps the connection open after the response. */
    boolean keepsAlive() {
        List<String> options = elements("connection");
        return !options.contains("close") && (persistent || options.contains("keep-alive"));
    }
}
