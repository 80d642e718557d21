package dev.runnel.server.search.chunk;

import dev.runnel.server.search.UnreadableFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a text into chunks of a number of tokens. Each chunk begins with the end of the one before. The cut is made at
 * the best place within the last quarter of a chunk: between paragraphs, otherwise between lines, sentences or words,
 * and as a last resort within a word. So a chunk is cut at three quarters of its size or later, and an overlap has at
 * least half of its size. The last chunk may be shorter, and white space at a chunk's ends is left out.
 *
 * @param maxTokens the size of a chunk, from 100 to 4,096
 * @param overlapTokens the size of an overlap, from 0 to half of {@code maxTokens}
 */
public record Chunker(int maxTokens, int overlapTokens) {
    /** The protocol's strategy {@code auto}: chunks of 800 tokens, which overlap by 400. */
    public static final Chunker AUTO = new Chunker(800, 400);

    /** How many tokens a file may have. */
    public static final int MAX_TOKENS = 5_000_000;

    /** The smallest and the largest size of a chunk, in tokens. */
    public static final int MIN_SIZE = 100, MAX_SIZE = 4_096;

    /** Checks the protocol's limits. */
    public Chunker {
        if (maxTokens < MIN_SIZE || maxTokens > MAX_SIZE) {
            throw new IllegalArgumentException("max_chunk_size_tokens must be from " + MIN_SIZE + " to " + MAX_SIZE);
        }
        if (overlapTokens < 0 || overlapTokens > maxTokens / 2) {
            throw new IllegalArgumentException("chunk_overlap_tokens must be from 0 to half of max_chunk_size_tokens");
        }
    }

    /**
     * The chunks of a text, in order. No chunk is empty, or begins or ends with white space. All text but white space
     * is in at least one chunk.
     *
     * @throws UnreadableFileException if the text has more than {@link #MAX_TOKENS}
     */
    public List<Chunk> chunks(String text) throws UnreadableFileException {
        int[] ends = TokenEnds.of(text, MAX_TOKENS);
        List<Chunk> chunks = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            // How many tokens lie before the chunk, whole or begun.
            int before = tokensUpTo(ends, start);
            int end = text.length();
            if (before + maxTokens < ends.length) {
                end = cut(text, ends[before + maxTokens * 3 / 4 - 1], ends[before + maxTokens - 1]);
            }
            addStripped(chunks, text, start, end);
            if (end == text.length()) {
                break;
            }
            int tokens = tokensUpTo(ends, end);
            start = overlapTokens == 0 ? end
                    : cut(text, ends[tokens - overlapTokens - 1], ends[tokens - overlapTokens / 2 - 1]);
        }
        return chunks;
    }

    private static int tokensUpTo(int[] ends, int place) {
        int found = Arrays.binarySearch(ends, place);
        if (found < 0) {
            return -found - 1;
        }
        // Counts all tokens that end at this place.
        while (found + 1 < ends.length && ends[found + 1] == place) {
            found++;
        }
        return found + 1;
    }

    private static void addStripped(List<Chunk> chunks, String text, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        if (start < end) {
            chunks.add(new Chunk(start, end, text.substring(start, end)));
        }
    }

    /**
     * The best place for a cut that is after {@code from} and not after {@code to}; of equally good places the last.
     */
    private static int cut(String text, int from, int to) {
        int best = to;
        int quality = 0;
        for (int at = to; at > from; at--) {
            int here = quality(text, at);
            if (here > quality) {
                quality = here;
                best = at;
            }
        }
        return best;
    }

    private static int quality(String text, int at) {
        char last = text.charAt(at - 1);
        if (last == '\n') {
            return at > 1 && text.charAt(at - 2) == '\n' ? 4 : 3;
        }
        if (last == '。' || last == '！' || last == '？') {
            return 2;
        }
        // The cut is before the space, with which the next word's token begins.
        if (at < text.length() && Character.isWhitespace(text.charAt(at)) && !Character.isWhitespace(last)) {
            return last == '.' || last == '!' || last == '?' ? 2 : 1;
        }
        return 0;
    }
}
