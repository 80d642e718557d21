package dev.runnel.embeddings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokenizer of BERT's uncased models. It removes accents, cuts the text into words and punctuation marks, and cuts
 * words into the longest pieces that the vocabulary has. Immutable.
 */
final class WordPiece {
    /** The longest word, in code points. A longer word becomes the unknown token. */
    private static final int LONGEST_WORD = 100;

    private final Map<String, Integer> vocabulary;
    private final int begin;
    private final int end;
    private final int unknown;

    private WordPiece(Map<String, Integer> vocabulary) {
        this.vocabulary = vocabulary;
        this.begin = id("[CLS]");
        this.end = id("[SEP]");
        this.unknown = id("[UNK]");
    }

    private int id(String token) {
        Integer id = vocabulary.get(token);
        if (id == null) {
            throw new IllegalArgumentException("the vocabulary lacks " + token);
        }
        return id;
    }

    /** Reads the vocabulary from a {@code tokenizer.json}. */
    static WordPiece read(InputStream json) throws IOException {
        JsonNode words = new ObjectMapper().readTree(json).path("model").path("vocab");
        Map<String, Integer> vocabulary = HashMap.newHashMap(words.size());
        words.forEachEntry((word, id) -> vocabulary.put(word, id.intValue()));
        return new WordPiece(vocabulary);
    }

    /**
     * The ids of a text's tokens, with those that mark its begin and end. The rest of a text that has more than the
     * limit is left out.
     */
    long[] ids(String text, int limit) {
        long[] ids = new long[limit];
        int count = 0;
        ids[count++] = begin;
        for (String word : words(text)) {
            for (int piece : pieces(word)) {
                if (count == limit - 1) {
                    break;
                }
                ids[count++] = piece;
            }
        }
        ids[count++] = end;
        return Arrays.copyOf(ids, count);
    }

    private List<Integer> pieces(String word) {
        if (word.codePointCount(0, word.length()) > LONGEST_WORD) {
            return List.of(unknown);
        }
        List<Integer> pieces = new ArrayList<>();
        for (int from = 0; from < word.length();) {
            int to = word.length();
            Integer id = null;
            while (to > from && id == null) {
                id = vocabulary.get(from == 0 ? word.substring(0, to) : "##" + word.substring(from, to));
                if (id == null) {
                    to = word.offsetByCodePoints(to, -1);
                }
            }
            if (id == null) {
                return List.of(unknown);
            }
            pieces.add(id);
            from = to;
        }
        return pieces;
    }

    /** The text's words and punctuation marks, without accents, in lower case. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        Normalizer.normalize(clean(text), Normalizer.Form.NFD).codePoints()
                .filter(one -> Character.getType(one) != Character.NON_SPACING_MARK)
                // Character by character: String.toLowerCase has another sigma for the end of a word.
                .map(Character::toLowerCase)
                .forEach(one -> {
                    if (isSpace(one)) {
                        take(word, words);
                    } else if (isPunctuation(one) || isHan(one)) {
                        take(word, words);
                        words.add(Character.toString(one));
                    } else {
                        word.appendCodePoint(one);
                    }
                });
        take(word, words);
        return words;
    }

    private static void take(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    private static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(one -> {
            if (isSpace(one)) {
                clean.append(' ');
            } else if (one != 0xFFFD && !isOther(one)) {
                clean.appendCodePoint(one);
            }
        });
        return clean.toString();
    }

    /**
     * Whether a character is white space. Other control characters are left out of the text, even those that end lines
     * or pages.
     */
    private static boolean isSpace(int one) {
        return one == '\t' || one == '\n' || one == '\r' || Character.isSpaceChar(one);
    }

    private static boolean isOther(int one) {
        return switch (Character.getType(one)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }

    /** Whether a character is punctuation. This includes ASCII's symbols that Unicode does not count as punctuation. */
    private static boolean isPunctuation(int one) {
        return switch (Character.getType(one)) {
            case Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION, Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> one > ' ' && one < 0x7F && !Character.isLetterOrDigit(one);
        };
    }

    private static boolean isHan(int one) {
        return isWithin(one, 0x4E00, 0x9FFF) || isWithin(one, 0x3400, 0x4DBF) || isWithin(one, 0x20000, 0x2A6DF)
                || isWithin(one, 0x2A700, 0x2CEAF) || isWithin(one, 0xF900, 0xFAFF) || isWithin(one, 0x2F800, 0x2FA1F);
    }

    private static boolean isWithin(int one, int first, int last) {
        return first <= one && one <= last;
    }
}
