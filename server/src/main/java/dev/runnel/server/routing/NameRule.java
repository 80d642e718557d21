package dev.runnel.server.routing;

import java.util.List;
import java.util.Optional;

/**
 * A rule that says which targets answer for a name.
 *
 * @param name a name, or a pattern in which one {@code *} stands for any text
 * @param targets in the order in which they are tried; not empty
 */
public record NameRule(String name, List<RouteTarget> targets) {
    /** Stands for any text. */
    private static final char ANY = '*';

    /** Whether the name is a pattern. */
    public boolean wild() {
        return name.indexOf(ANY) >= 0;
    }

    /** The text that the pattern's star stands for in a name; empty if the name does not match. An exact name matches with an empty text. */
    Optional<String> matched(String asked) {
        int star = name.indexOf(ANY);
        if (star < 0) {
            return asked.equals(name) ? Optional.of("") : Optional.empty();
        }
        String before = name.substring(0, star);
        String after = name.substring(star + 1);
        boolean matches = asked.length() >= before.length() + after.length() && asked.startsWith(before)
                && asked.endsWith(after);
        return matches
                ? Optional.of(asked.substring(before.length(), asked.length() - after.length()))
                : Optional.empty();
    }

    /** The targets for a name of which the pattern matched this part. */
    List<RouteTarget> targets(String matched) {
        return wild() ? targets.stream().map(target -> target.filled(matched)).toList() : targets;
    }

    /** As a person reads it: {@code gpt-4o → qwen3:32b on gpu1, else llama3 on gpu2}. */
    @Override
    public String toString() {
        return name + " → " + String.join(", else ", targets.stream().map(RouteTarget::toString).toList());
    }
}
