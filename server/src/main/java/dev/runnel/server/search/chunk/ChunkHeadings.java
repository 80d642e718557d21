package dev.runnel.server.search.chunk;

import java.util.ArrayList;
import java.util.List;

/**
 * The headings that say what a chunk is about.
 *
 * @param above the headings above the chunk's beginning, from the outermost on, such as {@code Serving > Limits}; may be empty
 * @param sections the sections that begin in the chunk, in their order; at most {@link #MAX_SECTIONS}
 */
public record ChunkHeadings(String above, List<Section> sections) {
    /** How many sections of a chunk count. Each costs a vector or two; the text of further ones belongs to the last that counts. */
    static final int MAX_SECTIONS = 32;

    /** How headings are put together in one line. */
    static final String BELOW = " > ";

    /**
     * A section that begins in a chunk.
     *
     * @param start where the line of its heading begins in the chunk, in chars
     * @param path its heading below those above it, as {@link ChunkHeadings#above} has them
     */
    public record Section(int start, String path) {}

    /**
     * A part of a chunk that is below the same headings.
     *
     * @param path those headings; may be empty
     */
    record Part(String path, String text) {
        /** The innermost of the headings. */
        String heading() {
            int last = path.lastIndexOf(BELOW);
            return last < 0 ? path : path.substring(last + BELOW.length());
        }
    }

    public ChunkHeadings {
        sections = List.copyOf(sections);
    }

    /** The parts of the chunk with this text. Together they hold all of it but for parts that are blank. */
    List<Part> parts(String text) {
        List<Part> parts = new ArrayList<>();
        String path = above;
        int from = 0;
        for (Section section : sections) {
            if (section.start >= from && section.start <= text.length()) {
                add(parts, path, text.substring(from, section.start));
                path = section.path;
                from = section.start;
            }
        }
        add(parts, path, text.substring(from));
        return parts;
    }

    private static void add(List<Part> parts, String path, String text) {
        if (!text.isBlank()) {
            parts.add(new Part(path, text));
        }
    }

    /**
     * All of this as it is stored beside the chunk: a line of the headings above, and for each section a line of its start and
     * path. Empty if there are no headings.
     */
    public String written() {
        StringBuilder lines = new StringBuilder(above);
        for (Section section : sections) {
            lines.append('\n').append(section.start).append(' ').append(section.path);
        }
        return lines.toString();
    }

    /** What was {@link #written}. Of an export that others have changed, lines of another form are passed over. */
    public static ChunkHeadings read(String written) {
        String[] lines = written.split("\n", -1);
        List<Section> sections = new ArrayList<>();
        for (int i = 1; i < lines.length && sections.size() < MAX_SECTIONS; i++) {
            int space = lines[i].indexOf(' ');
            if (space > 0 && lines[i].substring(0, space).matches("\\d{1,9}")) {
                sections.add(
                        new Section(Integer.parseInt(lines[i].substring(0, space)), lines[i].substring(space + 1)));
            }
        }
        return new ChunkHeadings(lines[0], sections);
    }
}
