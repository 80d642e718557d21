package dev.runnel.server.search.chunk;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The headings above places in a text. A chunk from the middle of a section often does not say what it is about; the
 * headings do. A heading is a line that begins with one to six {@code #}, as in Markdown. The texts of HTML and Word files
 * have such lines too. For one thread.
 */
public final class Headings {
    /** How headings are put together in one line. */
    private static final String BELOW = " > ";

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
     * The headings above a place, from the outermost on, such as {@code Serving > Limits}; empty if there are none.
     *
     * @param place in chars; not before the place of the last call
     */
    public String above(int place) {
        int end = text.indexOf('\n', next);
        while (marked && end >= 0 && end < place) {
            readLine(text.substring(next, end));
            next = end + 1;
            end = text.indexOf('\n', next);
        }
        return Arrays.stream(path).filter(Objects::nonNull).collect(Collectors.joining(BELOW));
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

    private void readLine(String line) {
        if (line.startsWith("```")) {
            fenced = !fenced;
            return;
        }
        int level = 0;
        while (level < line.length() && line.charAt(level) == '#') {
            level++;
        }
        if (fenced || level < 1 || level > LEVELS || level == line.length() || line.charAt(level) != ' ') {
            return;
        }
        String heading = line.substring(level).strip();
        path[level - 1] = heading.isEmpty() ? null : heading.substring(0, Math.min(heading.length(), LONGEST));
        Arrays.fill(path, level, LEVELS, null);
    }
}
