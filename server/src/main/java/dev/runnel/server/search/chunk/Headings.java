package dev.runnel.server.search.chunk;

import dev.runnel.server.search.chunk.ChunkHeadings.Section;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The headings of a file. A chunk from the middle of a section often does not say what it is about; the headings above it do.
 * A heading is a line that begins with one to six {@code #}, as in Markdown. The texts of HTML and Word files have such lines too. For
 * one thread.
 */
public final class Headings {
    private static final int LEVELS = 6;

    /** How many chars of a heading count. */
    private static final int LONGEST = 120;

    /** The endings of names of files with such headings. In other files {@code #} may begin a comment. */
    private static final Set<String> ENDINGS = Set.of("md", "markdown", "html", "htm", "xhtml", "docx");

    private final String text;
    private final boolean marked;
    private final @Nullable String[] path = new String[LEVELS];
    private int next;
    private boolean fenced;

    /** The headings that stand above the last chunk. */
    private String above = "";

    /** The headings after those, as far as the text was read. */
    private final ArrayDeque<Place> ahead = new ArrayDeque<>();

    /** Where a heading's line begins and ends in the text, and the headings from there on. */
    private record Place(int start, int end, String path) {}

    /**
     * The headings of a file.
     *
     * @param text as it was read from the file
     */
    public Headings(String filename, String text) {
        this.text = text;
        this.marked = ENDINGS.contains(
                filename.substring(filename.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /**
     * The headings above a chunk and in it.
     *
     * @param chunk of the text; it does not begin before the chunk of the last call
     */
    public ChunkHeadings of(Chunk chunk) {
        readTo(chunk.end());
        while (!ahead.isEmpty() && ahead.getFirst().start < chunk.start()) {
            above = ahead.removeFirst().path;
        }
        return new ChunkHeadings(above, ahead.stream()
                .takeWhile(place -> place.end < chunk.end())
                .limit(ChunkHeadings.MAX_SECTIONS)
                .map(place -> new Section(place.start - chunk.start(), place.path))
                .toList());
    }

    private void readTo(int end) {
        while (marked && next < end) {
            int lineEnd = text.indexOf('\n', next);
            lineEnd = lineEnd < 0 ? text.length() : lineEnd;
            if (takeHeading(text.substring(next, lineEnd))) {
                ahead.add(new Place(next, lineEnd, path()));
            }
            next = lineEnd + 1;
        }
    }

    private String path() {
        return Arrays.stream(path).filter(Objects::nonNull).collect(Collectors.joining(ChunkHeadings.BELOW));
    }

    /**
     * The words beside a chunk's text that say what it is about: those of its file's name without the ending, such as
     * {@code docs serving}, and the headings above it.
     */
    public static String about(String filename, String headings) {
        int dot = filename.lastIndexOf('.');
        String name = dot > 0 ? filename.substring(0, dot) : filename;
        return (name.replaceAll("[^\\p{L}\\p{N}]+", " ") + " " + headings).strip();
    }

    /** Takes up a line into the path. Returns whether it is a heading. */
    private boolean takeHeading(String line) {
        if (line.startsWith("```")) {
            fenced = !fenced;
            return false;
        }
        int level = 0;
        while (level < line.length() && line.charAt(level) == '#') {
            level++;
        }
        if (fenced || level < 1 || level > LEVELS || level == line.length() || line.charAt(level) != ' ') {
            return false;
        }
        String heading = line.substring(level).strip();
        path[level - 1] = heading.isEmpty() ? null : heading.substring(0, Math.min(heading.length(), LONGEST));
        Arrays.fill(path, level, LEVELS, null);
        return true;
    }
}
