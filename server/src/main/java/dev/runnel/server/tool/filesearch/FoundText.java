package dev.runnel.server.tool.filesearch;

import dev.runnel.server.base.Source;
import dev.runnel.server.base.Tokenizer;
import dev.runnel.server.tool.Citations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Passages as a model is shown them: each behind the marker by which it is cited, as many of the best as a number of tokens
 * allows.
 *
 * @param output the text for the model
 * @param shown the passages in the text, the best first
 * @param sources the files of those passages, by their markers' numbers
 */
record FoundText(String output, List<Passage> shown, Map<String, Source> sources) {
    private static final String NOTHING = "Nothing was found in the files. Say so if the answer would have to be there.";
    private static final String HEAD = """
            These are the passages of the user's files that fit best, each behind its marker. When you use a passage, write \
            its marker right after the words that rest on it, exactly as it stands here.
            """;

    /**
     * The text for these passages.
     *
     * @param first the first of the two numbers of all markers
     * @param second the second number of the first passage's marker, +1 for each next one
     * @param budget how many tokens the passages may have together; a first passage that is longer is cut
     */
    static FoundText of(List<Passage> passages, long first, int second, int budget) {
        StringBuilder output = new StringBuilder(HEAD);
        List<Passage> shown = new ArrayList<>();
        Map<String, Source> sources = new LinkedHashMap<>();
        long left = budget;
        for (Passage passage : passages) {
            String numbers = first + ":" + (second + shown.size());
            Source source = new Source(passage.fileId(), Citations.name(passage.fileName()));
            String text = "\n" + Citations.marker(numbers, source) + "\n" + passage.text().strip() + "\n";
            long tokens = Tokenizer.count(text);
            if (tokens > left && !shown.isEmpty()) {
                break;
            }
            output.append(tokens > left ? cut(text, left, tokens) : text);
            left -= tokens;
            shown.add(passage);
            sources.put(numbers, source);
        }
        return new FoundText(shown.isEmpty() ? NOTHING : output.toString(), shown, sources);
    }

    private static String cut(String text, long tokens, long of) {
        int end = Math.toIntExact(text.length() * tokens / of);
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "\n";
    }
}
