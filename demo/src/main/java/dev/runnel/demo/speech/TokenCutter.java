package dev.runnel.demo.speech;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Cuts text the way model tokenizers do: words with their leading space, punctuation alone, long words in pieces,
 * digits in threes. It has no vocabulary, so its counts only estimate those of a real model.
 *
 * <p>A cut never splits a visible character: surrogate pairs, combining marks and emoji sequences stay whole.
 * Stateless, safe for any number of threads.
 */
public final class TokenCutter {

    private static final Pattern CHARACTER = Pattern.compile("\\X");
    private static final int LONGEST_PIECE = 8;
    private static final int LONGEST_NUMBER = 3;

    /** The most chars that are counted. Counting takes a text apart, which needs a hundred times its memory. */
    private static final int COUNTED = 100_000;

    private enum Kind {
        LETTER, DIGIT, SPACE, NEWLINE, OTHER
    }

    private TokenCutter() {}

    /** The tokens of a text: none is empty, and put together they are exactly the text. */
    public static List<String> split(String text) {
        var characters = CHARACTER.matcher(text).results().map(MatchResult::group).toList();
        var tokens = new ArrayList<String>();
        var at = 0;
        while (at < characters.size()) {
            var start = at;
            if (leadsWord(characters, at)) {
                at++;
            }
            var kind = kind(characters.get(at));
            var end = endOfRun(characters, at, kind);
            switch (kind) {
                case LETTER -> addPieces(tokens, characters, start, at, end, LONGEST_PIECE);
                case DIGIT -> addPieces(tokens, characters, start, at, end, LONGEST_NUMBER);
                // The last space of several belongs to the word that follows.
                case SPACE -> {
                    if (end - at > 1 && leadsWord(characters, end - 1)) {
                        end--;
                    }
                    add(tokens, characters, start, end);
                }
                case NEWLINE, OTHER -> add(tokens, characters, start, end);
            }
            at = end;
        }
        return List.copyOf(tokens);
    }

    /** The number of tokens of a text. Only the first 100,000 chars are counted, and the rest is taken to be alike. */
    public static long count(String text) {
        if (text.length() <= COUNTED) {
            return split(text).size();
        }
        return (long) split(text.substring(0, COUNTED)).size() * text.length() / COUNTED;
    }

    /** The beginning of a text, at most {@code length} chars, without splitting a visible character. */
    static String prefix(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        var end = CHARACTER.matcher(text).results().mapToInt(MatchResult::end).takeWhile(at -> at <= length).max();
        return text.substring(0, end.orElse(0));
    }

    /**
     * Adds a run in pieces of about the same length. The characters before the run, from {@code start}, go with the
     * first piece.
     */
    private static void addPieces(List<String> tokens, List<String> characters, int start, int run, int end,
            int longest) {
        var length = end - run;
        var pieces = (length + longest - 1) / longest;
        for (var piece = 1; piece <= pieces; piece++) {
            var from = piece == 1 ? start : run + length * (piece - 1) / pieces;
            add(tokens, characters, from, run + length * piece / pieces);
        }
    }

    private static void add(List<String> tokens, List<String> characters, int start, int end) {
        tokens.add(String.join("", characters.subList(start, end)));
    }

    /** Whether a space or an apostrophe at this place goes with the word after it, as in {@code don't}. */
    private static boolean leadsWord(List<String> characters, int at) {
        if (at + 1 >= characters.size() || kind(characters.get(at + 1)) != Kind.LETTER) {
            return false;
        }
        var character = characters.get(at);
        if (character.equals("'") || character.equals("’")) {
            return at > 0 && kind(characters.get(at - 1)) == Kind.LETTER;
        }
        return character.equals(" ");
    }

    private static int endOfRun(List<String> characters, int at, Kind kind) {
        var end = at + 1;
        while (end < characters.size() && kind(characters.get(end)) == kind
                && (kind != Kind.OTHER || characters.get(end).equals(characters.get(at)))) {
            end++;
        }
        return end;
    }

    private static Kind kind(String character) {
        var first = character.codePointAt(0);
        if (Character.isLetter(first)) {
            return Kind.LETTER;
        }
        if (Character.isDigit(first)) {
            return Kind.DIGIT;
        }
        if (first == '\n' || first == '\r') {
            return Kind.NEWLINE;
        }
        return Character.isWhitespace(first) ? Kind.SPACE : Kind.OTHER;
    }
}
