package dev.runnel.server.tool;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds links to files in a model's text as the text arrives. Text that may be the beginning of a link, or of a longer one,
 * is held back until that is clear. How the text is cut makes no difference to what comes out. For one thread.
 */
public final class FileLinks {
    private final Map<String, String> fileIds = new HashMap<>();
    private final StringBuilder held = new StringBuilder();

    /**
     * A reader of one text.
     *
     * @param fileIds the files' ids by the links as they are; the text may also have them with percent codes
     */
    public FileLinks(Map<String, String> fileIds) {
        fileIds.forEach((link, id) -> {
            this.fileIds.put(link, id);
            this.fileIds.put(encoded(link), id);
        });
    }

    /**
     * A part of the text.
     *
     * @param text never empty
     * @param fileId the file that the text links to; null for other text
     */
    public record Piece(String text, @Nullable String fileId) {}

    private static String encoded(String link) {
        try {
            int colon = link.indexOf(':');
            return link.substring(0, colon + 1) + new URI(null, null, link.substring(colon + 1), null).toASCIIString();
        } catch (URISyntaxException e) {
            return link;
        }
    }

    /** Takes more of the text, and returns the pieces that are clear by now. */
    public List<Piece> add(String text) {
        if (fileIds.isEmpty()) {
            return text.isEmpty() ? List.of() : List.of(new Piece(text, null));
        }
        held.append(text);
        return take(false);
    }

    /** The rest, where the text ends or something else stands in it. */
    public List<Piece> end() {
        return take(true);
    }

    private List<Piece> take(boolean ended) {
        List<Piece> pieces = new ArrayList<>();
        int plainFrom = 0;
        int at = 0;
        while (at < held.length()) {
            String rest = held.substring(at);
            if (!ended && fileIds.keySet().stream()
                    .anyMatch(link -> link.length() > rest.length() && link.startsWith(rest))) {
                break;
            }
            String link = fileIds.keySet().stream().filter(rest::startsWith)
                    .max((a, b) -> Integer.compare(a.length(), b.length())).orElse(null);
            if (link == null) {
                at = next(at + 1);
                continue;
            }
            plain(plainFrom, at, pieces);
            pieces.add(new Piece(link, fileIds.get(link)));
            at += link.length();
            plainFrom = at;
        }
        plain(plainFrom, at, pieces);
        held.delete(0, at);
        return pieces;
    }

    /** Where a link may begin next: all begin with the same letter. */
    private int next(int from) {
        int next = held.indexOf("s", from);
        return next < 0 ? held.length() : next;
    }

    private void plain(int from, int to, List<Piece> pieces) {
        if (to > from) {
            pieces.add(new Piece(held.substring(from, to), null));
        }
    }
}
