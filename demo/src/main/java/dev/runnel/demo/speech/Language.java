package dev.runnel.demo.speech;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Recognises the language of a prompt by its commonest words. */
final class Language {

    private static final Pattern WORD = Pattern.compile("[\\p{L}']+");

    private Language() {}

    /** The prompt's language; empty for English, and for a prompt that is too short to tell. */
    static Optional<String> of(String prompt) {
        var letters = prompt.codePoints().filter(Character::isLetter).count();
        var latin = prompt.codePoints().filter(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.LATIN)
                .count();
        if (letters > 2 * latin) {
            return Optional.of("other");
        }
        var words = WORD.matcher(prompt.toLowerCase(Locale.ROOT)).results().map(MatchResult::group).toList();
        var best = "en";
        var most = Math.max(1, hits(words, "en"));
        for (var language : List.of("de", "fr", "es", "it", "pt", "nl")) {
            var hits = hits(words, language);
            if (hits > most) {
                best = language;
                most = hits;
            }
        }
        return Optional.of(best).filter(language -> !language.equals("en"));
    }

    private static long hits(List<String> words, String language) {
        var common = Set.copyOf(Phrases.TALK.words("language." + language));
        return words.stream().filter(common::contains).count();
    }
}
