package dev.runnel.server.options;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of options. An option that was not given has its default. Immutable, thread-safe. */
public final class OptionValues {
    /** No option was given. */
    public static final OptionValues NONE = new OptionValues(Map.of());

    private final Map<Option<?>, Given> given;

    private OptionValues(Map<Option<?>, Given> given) {
        this.given = given;
    }

    /**
     * A value that was given.
     *
     * @param value of the option's type
     * @param name what the user called the option
     * @param texts as the user wrote it
     */
    private record Given(Object value, String name, List<String> texts) {}

    /**
     * Reads the values of options.
     *
     * @param places where they may be given; the first place that has an option counts
     * @throws IllegalArgumentException if a text is no value of its option; the message begins with the option's name at its place
     */
    public static OptionValues read(List<? extends Option<?>> options, List<OptionTexts> places) {
        Map<Option<?>, Given> given = new HashMap<>();
        for (Option<?> option : options) {
            for (OptionTexts place : places) {
                List<String> texts = place.find(option);
                if (texts != null) {
                    given.put(option, new Given(value(option, texts, place), place.name(option), texts));
                    break;
                }
            }
        }
        return new OptionValues(Map.copyOf(given));
    }

    private static Object value(Option<?> option, List<String> texts, OptionTexts place) {
        try {
            return option.kind().read(texts);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place.name(option) + ": " + e.getMessage(), e);
        }
    }

    /** The value of an option that has a default. */
    public <T> T get(Option<T> option) {
        T value = find(option);
        if (value == null) {
            throw new IllegalStateException("the option " + option.name() + " has no default");
        }
        return value;
    }

    /** The value of an option, or its default; null if it has neither. */
    @SuppressWarnings("unchecked") // what is put for an option is of its type
    public <T> @Nullable T find(Option<T> option) {
        Given found = given.get(option);
        return found == null ? option.fallback() : (T) found.value;
    }

    /** Whether the option was typed on the command line. */
    public boolean typed(Option<?> option) {
        Given found = given.get(option);
        return found != null && found.name.equals(option.typed());
    }

    /** As the user wrote the value of an option; null if it was not given. */
    public @Nullable List<String> text(Option<?> option) {
        Given found = given.get(option);
        return found == null ? null : found.texts;
    }

    /** The option's name in the place where the user gave it; otherwise, the name that the user should use. */
    public String name(Option<?> option) {
        Given found = given.get(option);
        return found == null ? option.advised() : found.name;
    }

    /** The same values, but for one. */
    public <T> OptionValues with(Option<T> option, T value) {
        Map<Option<?>, Given> changed = new HashMap<>(given);
        changed.put(option, new Given(value, option.typed(), List.of()));
        return new OptionValues(Map.copyOf(changed));
    }
}
