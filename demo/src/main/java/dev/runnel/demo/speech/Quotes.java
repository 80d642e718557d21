package dev.runnel.demo.speech;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers from passages of files: quotes the sentence of the best passage that shares the most words with the question, with
 * the passage's marker behind it. Stateless, safe for any number of threads.
 */
public final class Quotes {

    /** A passage stands behind a line with its marker. */
    private static final Pattern MARKER = Pattern.compile("(?m)^【\\d+:\\d+(?:†[^】\\n]*)?】$");
    /** Also the end of a heading, and a line that begins something. */
    private static final Pattern SENTENCE_END = Pattern
            .compile("(?<=[.!?。！？])\\s+|(?<=^#[^\\n]{0,200})\\n|\\n\\s*\\n|\\n(?=\\s*[#*+|>-])", Pattern.MULTILINE);
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern DECORATION = Pattern.compile("^[#*+|>\\s-]+");
    private static final int LONGEST = 400;
    private static final int LONGEST_QUERY = 1_000;

    /** How many chars of a passage are read. */
    private static final int READ = 20_000;

    private Quotes() {}

    /** The name of the function by which a server searches files. */
    public static boolean isSearch(String function) {
        return function.startsWith("file_search");
    }

    /** The text to search the files for, to answer a prompt. */
    public static String query(String prompt) {
        return TokenCutter.prefix(prompt, LONGEST_QUERY);
    }

    /**
     * The answer to a question from a text that has passages in it, the best one first; empty if the text has none.
     */
    public static Optional<String> answer(String question, String text) {
        var marker = MARKER.matcher(text);
        if (!marker.find()) {
            return Optional.empty();
        }
        var cited = marker.group();
        var passage = TokenCutter.prefix(passage(text, marker), READ);
        var asked = WantedFunction.words(Intent.readable(question));
        return sentences(passage).stream()
                .max(Comparator.comparingLong(
                        sentence -> WantedFunction.words(sentence).stream().filter(asked::contains).count()))
                .map(sentence -> "The files say: “%s” %s".formatted(shortened(sentence), cited));
    }

    /** The text before the first passage; the whole text if it has none. */
    public static String before(String text) {
        var marker = MARKER.matcher(text);
        return marker.find() ? text.substring(0, marker.start()) : text;
    }

    private static String passage(String text, Matcher marker) {
        var begin = marker.end();
        return text.substring(begin, marker.find() ? marker.start() : text.length());
    }

    /** The sentences, in their order. Headings count only where there is nothing else. */
    private static List<String> sentences(String passage) {
        var parts = new ArrayList<>(Arrays.asList(SENTENCE_END.split(passage.strip())));
        var sentences = new ArrayList<>(parts.stream().filter(part -> !part.strip().startsWith("#")).toList());
        return sentences.isEmpty() ? parts : sentences;
    }

    private static String shortened(String sentence) {
        var plain = SPACE.matcher(DECORATION.matcher(sentence).replaceFirst("")).replaceAll(" ").strip();
        var shortened = TokenCutter.prefix(plain, LONGEST);
        return shortened.length() < plain.length() ? shortened + "..." : shortened;
    }
}
