package dev.runnel.server.search.chunk;

import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a chunk that are embedded, each by itself. Small embedding models were made for a paragraph, and see only the beginning of
 * a chunk that is longer; the best of its windows then stands for the chunk.
 */
public final class Windows {
    /** In words. The windows of a text are equally long, so they have from half of this. */
    private static final int MAX_WORDS = 96;

    /** In chars: what a word is taken to have at most, and texts in languages that do not put spaces between words are cut by. */
    private static final int MAX_WORD = 8;

    private Windows() {}

    /** All of the text, in one window or several. None is blank. */
    public static List<String> of(String text) {
        List<Integer> starts = words(text);
        int windows = (starts.size() + MAX_WORDS - 1) / MAX_WORDS;
        List<String> found = new ArrayList<>();
        for (int i = 0; i < windows; i++) {
            int from = starts.get(starts.size() * i / windows);
            int to = i + 1 == windows ? text.length() : starts.get(starts.size() * (i + 1) / windows);
            String window = text.substring(from, to).strip();
            if (!window.isEmpty()) {
                found.add(window);
            }
        }
        return found;
    }

    /** Where words begin, and within long ones every so many chars. */
    private static List<Integer> words(String text) {
        List<Integer> starts = new ArrayList<>();
        int length = 0;
        for (int at = 0; at < text.length(); at++) {
            char here = text.charAt(at);
            if (Character.isWhitespace(here)) {
                length = 0;
            } else {
                if (length % MAX_WORD == 0 && !Character.isLowSurrogate(here)) {
                    starts.add(at);
                }
                length++;
            }
        }
        return starts;
    }
}
