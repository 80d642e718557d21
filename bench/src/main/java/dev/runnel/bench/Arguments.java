package dev.runnel.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Command-line arguments of the form {@code --name value}. Not thread-safe. */
public final class Arguments {
    private final Map<String, String> unread = new HashMap<>();

    /** @throws IllegalArgumentException if they do not have that form */
    public Arguments(String... args) {
        for (int i = 0; i < args.length; i += 2) {
            if (!args[i].startsWith("--") || i + 1 == args.length) {
                throw new IllegalArgumentException("expected --name value, got " + args[i]);
            }
            unread.put(args[i].substring(2), args[i + 1]);
        }
    }

    /** An argument as it stands, or null if it is not there. */
    public @Nullable String text(String name) {
        return unread.remove(name);
    }

    /** An argument as it stands. */
    public String text(String name, String otherwise) {
        var value = text(name);
        return value == null ? otherwise : value;
    }

    /** A number. */
    public int integer(String name, int otherwise) {
        var value = text(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    /** Milliseconds, with fractions if need be. */
    public Duration millis(String name, double otherwise) {
        var value = text(name);
        return Duration.ofNanos(Math.round(1e6 * (value == null ? otherwise : Double.parseDouble(value))));
    }

    /** To be called once every argument has been asked for. */
    public void rejectUnknown() {
        if (!unread.isEmpty()) {
            throw new IllegalArgumentException("unknown arguments: " + unread.keySet());
        }
    }
}
