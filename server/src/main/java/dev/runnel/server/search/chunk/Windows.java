package dev.runnel.server.search.chunk;

import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a chunk that are embedded separately. Small embedding models were made for a paragraph, and read only
 * the beginning of a longer chunk. In a search the best window decides for its chunk.
 */
public final class Windows {
    /**
     * The longest window, in words. All windows of a text have about the same length, which is at least half of this if
     * there are several.
     */
    private static final int MAX_WORDS = 96;

    /**
     * The longest word, in chars. Longer words count as several, so that texts without spaces between words are cut
     * too.
     */
    private static final int MAX_WORD = 8;

    private Windows() {}

    /** The windows of a text. Together they hold all of it, and none is blank. */
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

    /** The places where words begin, and within a long word one for every {@link #MAX_WORD} chars. */
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
