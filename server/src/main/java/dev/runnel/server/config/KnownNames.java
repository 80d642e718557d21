package dev.runnel.server.config;

import dev.runnel.server.base.Nearest;
import java.util.Collection;
import java.util.List;

/** Tells in a message which of the names that are known was meant. */
final class KnownNames {
    private KnownNames() {}

    /** The known name that was probably meant, or all of them. */
    static String nearest(String name, Collection<String> known) {
        List<String> meant = Nearest.meant(name, known);
        if (!meant.isEmpty()) {
            return "did you mean '" + meant.getFirst() + "'?";
        }
        return known.isEmpty() ? "there is none" : "there are: " + String.join(", ", known);
    }
}
