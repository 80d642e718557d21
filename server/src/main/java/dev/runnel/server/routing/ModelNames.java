package dev.runnel.server.routing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which model of a model server answers for which name. Immutable.
 *
 * @param aliases the model server's name for each alias
 * @param others the model for all names that are neither an alias nor an alias's target; null if each of these names
 *     stands for itself
 * @param missing the model for names that the model server does not have; null if they are passed on as they are
 */
public record ModelNames(Map<String, String> aliases, @Nullable String others, @Nullable String missing) {
    /** Each name stands for itself. */
    public static final ModelNames NONE = new ModelNames(Map.of(), null, null);

    private static final String ALL_OTHERS = "*";
    private static final Pattern BETWEEN = Pattern.compile("[,\\s]+");

    /** Keeps the order of the aliases. */
    public ModelNames {
        aliases = new LinkedHashMap<>(aliases);
    }

    @Override
    public Map<String, String> aliases() {
        return new LinkedHashMap<>(aliases);
    }

    /**
     * Reads aliases as a person writes them: {@code gpt-4o=qwen3:32b}, or {@code *=qwen3:32b} for all other names. Each text may hold
     * several, with commas or white space between them.
     *
     * @throws IllegalArgumentException if a text is no alias, if a name has two models, or if an alias stands for another alias
     */
    public static ModelNames parse(List<String> texts) {
        Map<String, String> aliases = new LinkedHashMap<>();
        for (String text : split(texts)) {
            int equals = text.indexOf('=');
            if (equals < 1 || equals == text.length() - 1) {
                throw new IllegalArgumentException(
                        "'" + text + "' is not an alias; write NAME=MODEL, as in gpt-4o=qwen3:32b");
            }
            String name = text.substring(0, equals);
            String model = text.substring(equals + 1);
            String earlier = aliases.putIfAbsent(name, model);
            if (earlier != null && !earlier.equals(model)) {
                throw new IllegalArgumentException(
                        "the alias " + name + " has two models: " + earlier + " and " + model);
            }
        }
        aliases.forEach((name, model) -> refuseChain(aliases, name, model));
        String others = aliases.remove(ALL_OTHERS);
        return new ModelNames(aliases, others, null);
    }

    /** The same names, and a model for names that the model server does not have; null for none. */
    public ModelNames missing(@Nullable String model) {
        return new ModelNames(aliases, others, model);
    }

    private static List<String> split(List<String> texts) {
        List<String> words = new ArrayList<>();
        for (String text : texts) {
            BETWEEN.splitAsStream(text.strip()).filter(word -> !word.isEmpty()).forEach(words::add);
        }
        return words;
    }

    private static void refuseChain(Map<String, String> aliases, String name, String model) {
        String next = aliases.get(model);
        if (next != null && !next.equals(model)) {
            throw new IllegalArgumentException(
                    "the alias " + name + " names " + model + ", which is an alias too; write " + name + "=" + next);
        }
    }

    /** Whether each name stands for itself. */
    public boolean isEmpty() {
        return aliases.isEmpty() && others == null && missing == null;
    }

    /** The models that other names stand for. */
    public Set<String> targets() {
        return Stream.concat(aliases.values().stream(), Stream.of(others, missing).filter(Objects::nonNull))
                .collect(Collectors.toSet());
    }

    /** The rules that say the same, for names that the server may not have too. */
    List<NameRule> rules() {
        List<NameRule> rules = new ArrayList<>();
        aliases.forEach((name, model) -> rules.add(rule(name, model)));
        if (others != null) {
            rules.add(rule(ALL_OTHERS, others));
        }
        return rules;
    }

    /** The rule for names that the model server does not have; null if there is none. */
    @Nullable
    NameRule missingRule() {
        return missing == null ? null : rule(ALL_OTHERS, missing);
    }

    private static NameRule rule(String name, String model) {
        return new NameRule(name, List.of(RouteTarget.of(model)));
    }

    /** The names and what they stand for, for a person: {@code gpt-4o → qwen3:32b, all other names → llama3}. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        aliases.forEach((name, model) -> words.add(name + " → " + model));
        if (others != null) {
            words.add("all other names → " + others);
        }
        if (missing != null) {
            words.add("names that the model server does not have → " + missing);
        }
        return words.stream().collect(Collectors.joining(", "));
    }
}
