package dev.runnel.server.model.demo;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Decides whether a prompt asks for one of the offered functions. Stateless, safe for any number of threads. */
public final class ToolChoice {

    private static final Pattern WORD = Pattern
            .compile("\\p{Lu}?[\\p{Ll}\\p{M}]+|\\p{Lu}+(?!\\p{Ll})|\\p{IsAlphabetic}+");
    private static final Set<String> COMMON_WORDS = Set.copyOf(Phrases.TALK.words("common"));
    private static final Set<String> GENERIC_WORDS = Set.copyOf(Phrases.TALK.words("tool.generic"));

    /** A word of the name tells twice as much as one of the description. */
    private static final int NAME_WORD = 2;
    private static final int ENOUGH = 2;

    private ToolChoice() {}

    /** A function as a request offers it; the description may be empty. */
    public record Function(String name, String description) {

        private Set<String> nameWords() {
            return words(name);
        }

        private boolean isNamedIn(String prompt) {
            return prompt.toLowerCase(Locale.ROOT).contains(name.toLowerCase(Locale.ROOT)) && !name.isEmpty();
        }

        private boolean isSpelledOutIn(Set<String> asked) {
            return nameWords().size() > 1 && asked.containsAll(nameWords());
        }

        private int score(Set<String> asked) {
            var inName = nameWords().stream().filter(asked::contains).count();
            var inDescription = words(description).stream()
                    .filter(word -> asked.contains(word) && !nameWords().contains(word))
                    .count();
            return (int) (NAME_WORD * inName + inDescription);
        }
    }

    /**
     * The name of the function that the prompt asks for: the one it names, else the one that shares the most words
     * with it, in doubt the earlier. Empty when none shares enough. A story about the weather asks for a story, not
     * for the weather.
     */
    public static Optional<String> wanted(String wholePrompt, List<Function> functions) {
        var prompt = Intent.readable(wholePrompt);
        var named = functions.stream()
                .filter(function -> function.isNamedIn(prompt))
                .max(Comparator.comparingInt(function -> function.name().length()));
        if (named.isPresent()) {
            return named.map(Function::name);
        }
        var asked = words(prompt);
        var writes = !(Intent.of(prompt) instanceof Intent.Talk);
        return functions.stream()
                .filter(function -> !writes || function.isSpelledOutIn(asked))
                .filter(function -> function.score(asked) >= ENOUGH)
                .reduce((best, next) -> next.score(asked) > best.score(asked) ? next : best)
                .map(Function::name);
    }

    /** The telling words of a text, in a form that ignores case and the commonest endings. */
    private static Set<String> words(String text) {
        return WORD.matcher(text).results()
                .map(MatchResult::group)
                .map(word -> word.toLowerCase(Locale.ROOT))
                .filter(word -> word.length() > 2 && !COMMON_WORDS.contains(word) && !GENERIC_WORDS.contains(word))
                .map(ToolChoice::stem)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String stem(String word) {
        var stem = word.replaceFirst("(?:ing|ed|es|s|e)$", "");
        return stem.length() < 3 ? word : stem;
    }
}
