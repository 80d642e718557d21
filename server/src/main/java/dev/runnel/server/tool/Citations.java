package dev.runnel.server.tool;

import dev.runnel.server.base.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the markers in a model's text as the text arrives. A marker of a source gets the official form, {@code 【4:0†name】},
 * whatever name the model has written. A marker of no source is dropped. A piece of text that may be the beginning of a
 * marker is held back until it is clear whether it is one; how the text is cut makes no difference to what comes out.
 * For one thread.
 */
public final class Citations {
    /** The longest name in a marker, in Unicode characters. A longer name makes the marker plain text. */
    static final int MAX_NAME = 300;

    private static final char BEGIN = '【';
    private static final Pattern MARKER = Pattern.compile(
            "【\\s{0,3}(\\d{1,9}):(\\d{1,9})\\s{0,3}(?:†[^【】\\n]{0," + MAX_NAME + "})?】");

    private final Map<String, Source> sources;
    private final StringBuilder held = new StringBuilder();

    /**
     * A reader of one text.
     *
     * @param sources the sources by the two numbers of their markers, as in {@code 4:0}
     */
    public Citations(Map<String, Source> sources) {
        this.sources = sources;
    }

    /**
     * A part of the text.
     *
     * @param text never empty
     * @param source the source that the text is the marker of; null for other text
     */
    public record Piece(String text, @Nullable Source source) {}

    /** The marker of a source in its official form. */
    public static String marker(String numbers, Source source) {
        return "【" + numbers + "†" + source.fileName() + "】";
    }

    /** A file's name as it can be part of a marker: without brackets and line ends, and not too long. */
    public static String name(String fileName) {
        String name = fileName.replaceAll("[【】†\\p{Cntrl}]", "_");
        int kept = Math.min(name.codePointCount(0, name.length()), MAX_NAME);
        return name.substring(0, name.offsetByCodePoints(0, kept));
    }

    /** Takes more of the text, and returns the pieces that are clear by now. */
    public List<Piece> add(String text) {
        if (held.isEmpty() && text.indexOf(BEGIN) < 0) {
            return text.isEmpty() ? List.of() : List.of(new Piece(text, null));
        }
        held.append(text);
        return take(false);
    }

    /** The rest, at the end of the text. */
    public List<Piece> end() {
        return take(true);
    }

    @SuppressWarnings("JdkObsolete") // this is the case that hitEnd() is for: more text may come
    private List<Piece> take(boolean ended) {
        List<Piece> pieces = new ArrayList<>();
        StringBuilder plain = new StringBuilder();
        Matcher marker = MARKER.matcher(held);
        int at = 0;
        while (at < held.length()) {
            int begin = held.indexOf("【", at);
            if (begin < 0) {
                break;
            }
            plain.append(held, at, begin);
            at = begin;
            if (marker.region(begin, held.length()).lookingAt()) {
                cite(number(marker, 1) + ":" + number(marker, 2), plain, pieces);
                at = marker.end();
            } else if (marker.hitEnd() && !ended) {
                return release(at, plain, pieces);
            } else {
                plain.append(BEGIN);
                at++;
            }
        }
        plain.append(held, at, held.length());
        return release(held.length(), plain, pieces);
    }

    private static int number(Matcher marker, int group) {
        return Integer.parseInt(marker.group(group));
    }

    private void cite(String numbers, StringBuilder plain, List<Piece> pieces) {
        Source source = sources.get(numbers);
        if (source != null) {
            flush(plain, pieces);
            pieces.add(new Piece(marker(numbers, source), source));
        }
    }

    private List<Piece> release(int end, StringBuilder plain, List<Piece> pieces) {
        held.delete(0, end);
        flush(plain, pieces);
        return pieces;
    }

    private static void flush(StringBuilder plain, List<Piece> pieces) {
        if (!plain.isEmpty()) {
            pieces.add(new Piece(plain.toString(), null));
            plain.setLength(0);
        }
    }
}
