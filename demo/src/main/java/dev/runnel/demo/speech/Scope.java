package dev.runnel.demo.speech;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The values of a {@link Template}'s slots. A slot's spelling selects the form of its value: {@code {he}} as it is,
 * {@code {He}} with a capital, {@code {HE}} in capitals, {@code {a role}} with its article. Immutable.
 */
record Scope(Map<String, String> values) {

    static final Scope EMPTY = new Scope(Map.of());

    Scope {
        values = Map.copyOf(values);
    }

    Scope with(String name, String value) {
        var more = new HashMap<>(values);
        more.put(name, value);
        return new Scope(more);
    }

    String fill(String slot) {
        var name = slot.toLowerCase(Locale.ROOT);
        if (name.startsWith("a ")) {
            var phrase = English.withArticle(value(name.substring(2)));
            return slot.startsWith("A") ? English.capitalised(phrase) : phrase;
        }
        var value = value(name);
        if (slot.length() > 2 && slot.equals(slot.toUpperCase(Locale.ROOT))) {
            return value.toUpperCase(Locale.ROOT);
        }
        return Character.isUpperCase(slot.charAt(0)) ? English.capitalised(value) : value;
    }

    private String value(String name) {
        var value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("No value for the slot {" + name + "}");
        }
        return value;
    }
}
