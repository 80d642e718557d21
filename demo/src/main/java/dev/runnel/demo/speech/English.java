package dev.runnel.demo.speech;

import java.util.Locale;
import java.util.regex.Pattern;

/** The little English grammar that slots need. */
final class English {

    private static final Pattern VOWEL_SOUND = Pattern.compile("(?i)"
            + "(?!uni(?!n|m)|us[aeu]|u[bkt][aeiou]|eu|ew|one\\b|once\\b|ouija)[aeiou].*|(?:hour|honest|hono|heir).*");
    private static final Pattern PLURAL = Pattern.compile("(?i).*(?:[^siu]s|ies|children|people|men|mice)");
    private static final Pattern VOWELS = Pattern.compile("[aeiouy]+");
    private static final Pattern SILENT_END = Pattern
            .compile("(?:[^aeiouyl]|[aeiouy]l)e$|[^aeiouytd]ed$|(?<![sxz]|[cs]h|[cg])es$");

    private English() {}

    static String capitalised(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    /** The noun phrase with the article that its sound asks for: {@code an hour}, {@code a unicorn}. */
    static String withArticle(String noun) {
        return (VOWEL_SOUND.matcher(noun).matches() ? "an " : "a ") + noun;
    }

    static boolean plural(String noun) {
        return PLURAL.matcher(noun).matches();
    }

    /** How many syllables a word has, by its groups of vowels: right for most words, one off for some. */
    static int syllables(String word) {
        var lower = word.toLowerCase(Locale.ROOT);
        var groups = (int) VOWELS.matcher(lower).results().count();
        return Math.max(1, SILENT_END.matcher(lower).find() ? groups - 1 : groups);
    }
}
