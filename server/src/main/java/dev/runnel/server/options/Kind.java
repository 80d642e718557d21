package dev.runnel.server.options;

import dev.runnel.server.base.LogText;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values that an option takes: their limits, and how they are written. Immutable, thread-safe.
 *
 * @param <T> the type of the values
 * @param label the word for a value in the help, as {@code SIZE}; empty for a flag
 * @param form how many texts make a value
 * @param reader makes a value of texts; throws {@link IllegalArgumentException} with a message that says how to write one
 * @param writer writes a default as a person would; an empty text for one that says nothing
 * @param choices all values, if they are few; otherwise empty
 * @param secret whether a value should not be shown to others
 */
public record Kind<T>(String label, Form form, Function<List<String>, T> reader, Function<T, String> writer,
        List<String> choices, boolean secret) {

    /** How many texts make a value. */
    public enum Form {
        /** The option's name alone sets it; elsewhere {@code true} or {@code false}. */
        FLAG,
        /** One text. */
        ONE,
        /** The option can be repeated, and each repetition adds a text. */
        MANY
    }

    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,18})\\s*([a-z]*)");
    private static final Map<String, Long> BYTES = Map.of(
            "", 1L, "k", 1L << 10, "kib", 1L << 10, "m", 1L << 20, "mib", 1L << 20, "g", 1L << 30, "gib", 1L << 30, "t",
            1L << 40, "tib", 1L << 40);
    private static final Map<String, Long> SECONDS = Map.of("", 1L, "s", 1L, "m", 60L, "h", 3_600L, "d", 86_400L);

    /** Yes or no. */
    static Kind<Boolean> flag() {
        return new Kind<>("", Form.FLAG, texts -> truth(texts.getLast()), _ -> "", List.of(), false);
    }

    /** Any text. */
    public static Kind<String> text(String label) {
        return one(label, text -> text, text -> text);
    }

    /** The URL of a server that speaks HTTP. */
    static Kind<URI> url() {
        return one("URL", Kind::url, URI::toString);
    }

    /** A whole number within limits. */
    public static Kind<Integer> number(String label, int least, int most) {
        return one(label, text -> (int) within(text, Map.of("", 1L), least, most,
                "number from " + least + " to " + most + ", such as " + Math.min(most, 1_000)), String::valueOf);
    }

    /** A whole number within limits that may be large. */
    public static Kind<Long> count(String label, long least, long most) {
        return one(label, text -> within(text, Map.of("", 1L), least, most,
                "number from " + least + " to " + most + ", such as " + Math.min(most, 1_000)), String::valueOf);
    }

    /** A size in bytes within limits, written as {@code 1048576}, {@code 16m} or {@code 16MiB}. */
    public static Kind<Long> size(long least, long most) {
        return one("SIZE", text -> within(text, BYTES, least, most,
                "size from " + size(least) + " to " + size(most) + ", such as 1048576, 16m or 16MiB"), Kind::size);
    }

    /** A time span within limits, in whole seconds, written as {@code 600}, {@code 600s}, {@code 10m}, {@code 2h} or {@code 1d}. */
    public static Kind<Duration> span(Duration least, Duration most) {
        return one("DURATION", text -> Duration.ofSeconds(
                within(text, SECONDS, least.toSeconds(), most.toSeconds(),
                        "duration from " + span(least) + " to " + span(most) + ", such as 600, 600s, 10m or 2h")),
                Kind::span);
    }

    /** One of few values, in lower case or not. */
    public static <E extends Enum<E>> Kind<E> choice(String label, Class<E> type) {
        List<String> names = Arrays.stream(type.getEnumConstants()).map(Kind::lower).toList();
        return new Kind<>(label, Form.ONE, texts -> choice(texts.getLast(), type, names), Kind::lower, names, false);
    }

    /** A value of several texts, empty by default. */
    public static <T> Kind<T> list(String label, Function<List<String>, T> reader) {
        return new Kind<>(label, Form.MANY, reader, _ -> "", List.of(), false);
    }

    private static <T> Kind<T> one(String label, Function<String, T> reader, Function<T, String> writer) {
        return new Kind<>(label, Form.ONE, texts -> reader.apply(texts.getLast()), writer, List.of(), false);
    }

    /** The same kind, whose values should not be shown to others. */
    public Kind<T> ofSecrets() {
        return new Kind<>(label, form, reader, writer, choices, true);
    }

    /**
     * Reads a value.
     *
     * @param texts at least one
     * @throws IllegalArgumentException if they are no value; its message says how to write one
     */
    T read(List<String> texts) {
        return reader.apply(texts);
    }

    String write(T value) {
        return writer.apply(value);
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text.strip());
            if (List.of("http", "https").contains(String.valueOf(url.getScheme())) && url.getHost() != null) {
                return url;
            }
        } catch (URISyntaxException _) {
            // The message below says how to write one.
        }
        throw new IllegalArgumentException("'" + LogText.withoutSecrets(text) + "' is not a URL: write http://HOST:PORT"
                + " or https://HOST:PORT");
    }

    private static boolean truth(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        };
    }

    private static <E extends Enum<E>> E choice(String text, Class<E> type, List<String> names) {
        int position = names.indexOf(text.strip().toLowerCase(Locale.ROOT));
        if (position < 0) {
            throw new IllegalArgumentException("'" + text + "' is not one of " + String.join(", ", names));
        }
        return type.getEnumConstants()[position];
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static long within(String text, Map<String, Long> units, long least, long most, String wanted) {
        Matcher matcher = AMOUNT.matcher(text.strip().toLowerCase(Locale.ROOT));
        Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
        if (unit != null) {
            long amount = Long.parseLong(matcher.group(1));
            if (amount <= most / unit && amount * unit >= least) {
                return amount * unit;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not a " + wanted);
    }

    private static String size(long bytes) {
        for (String unit : List.of("TiB", "GiB", "MiB", "KiB")) {
            long one = BYTES.getOrDefault(unit.toLowerCase(Locale.ROOT), 1L);
            if (bytes >= one && bytes % one == 0) {
                return bytes / one + unit;
            }
        }
        return Long.toString(bytes);
    }

    private static String span(Duration span) {
        long seconds = span.toSeconds();
        for (String unit : List.of("d", "h", "m")) {
            long one = SECONDS.getOrDefault(unit, 1L);
            if (seconds >= one && seconds % one == 0) {
                return seconds / one + unit;
            }
        }
        return seconds + "s";
    }
}
