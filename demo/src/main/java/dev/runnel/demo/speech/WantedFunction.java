package dev.runnel.demo.speech;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Decides whether a prompt asks for one of the offered functions. Stateless, safe for any number of threads. */
public final class WantedFunction {

    private static final Pattern WORD = Pattern
            .compile("\\p{Lu}?[\\p{Ll}\\p{M}]+|\\p{Lu}+(?!\\p{Ll})|\\p{IsAlphabetic}+");
    private static final Set<String> COMMON_WORDS = Set.copyOf(Phrases.TALK.words("common"));
    private static final Set<String> GENERIC_WORDS = Set.copyOf(Phrases.TALK.words("tool.generic"));

    /** A word of the name counts twice as much as one of the description. */
    private static final int NAME_WORD = 2;
    private static final int ENOUGH = 2;

    /** How many chars of a name, and of a description, are read. */
    private static final int LONGEST_TEXT = 2_000;

    private WantedFunction() {}

    /** A function as a request offers it; the description may be empty. */
    public record Function(String name, String description) {

        private boolean isNamedIn(String lowerCasePrompt) {
            return !name.isEmpty() && name.length() <= lowerCasePrompt.length()
                    && lowerCasePrompt.contains(name.toLowerCase(Locale.ROOT));
        }
    }

    /** A function, and how well it fits. */
    private record Candidate(String name, boolean spelledOut, int score) {

        static Candidate of(Function function, Set<String> asked) {
            var nameWords = words(TokenCutter.prefix(function.name(), LONGEST_TEXT));
            var inName = nameWords.stream().filter(asked::contains).count();
            var inDescription = words(TokenCutter.prefix(function.description(), LONGEST_TEXT)).stream()
                    .filter(word -> asked.contains(word) && !nameWords.contains(word))
                    .count();
            return new Candidate(
                    function.name(),
                    nameWords.size() > 1 && asked.containsAll(nameWords),
                    (int) (NAME_WORD * inName + inDescription));
        }
    }

    /**
     * The name of the function that the prompt asks for: a function that the prompt names, else the one that shares the
     * most words with it, the earlier one if two share as many. Empty when none shares enough. A story about the
     * weather asks for a story, not for the weather.
     */
    public static Optional<String> wanted(String wholePrompt, List<Function> functions) {
        var prompt = Intent.readable(wholePrompt);
        var lowerCase = prompt.toLowerCase(Locale.ROOT);
        var named = functions.stream()
                .filter(function -> function.isNamedIn(lowerCase))
                .max(Comparator.comparingInt(function -> function.name().length()));
        if (named.isPresent()) {
            return named.map(Function::name);
        }
        var asked = words(prompt);
        var writes = !(Intent.of(prompt) instanceof Intent.Talk);
        return functions.stream()
                .map(function -> Candidate.of(function, asked))
                .filter(candidate -> (!writes || candidate.spelledOut()) && candidate.score() >= ENOUGH)
                .reduce((best, next) -> next.score() > best.score() ? next : best)
                .map(Candidate::name);
    }

    /** The telling words of a text, in a form that ignores case and the commonest endings. */
    static Set<String> words(String text) {
        return WORD.matcher(text).results()
                .map(MatchResult::group)
                .map(word -> word.toLowerCase(Locale.ROOT))
                .filter(word -> word.length() > 2 && !COMMON_WORDS.contains(word) && !GENERIC_WORDS.contains(word))
                .map(WantedFunction::stem)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String stem(String word) {
        var stem = word.replaceFirst("(?:ing|ed|es|s|e)$", "");
        return stem.length() < 3 ? word : stem;
    }
}
