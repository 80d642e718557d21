package dev.runnel.server.engine.runs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.base.Source;
import dev.runnel.server.tool.Citations;
import dev.runnel.server.tool.FileLinks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The text of one reply as readers are shown it: a marker of a source, and a link to a file, has a delta of its own, with its
 * annotation. For one thread.
 */
final class CitedText {
    private final Citations citations;
    private final FileLinks links;
    private int annotations;

    /** How many characters were shown, by which annotations count: Unicode's, not the chars of Java. */
    private int shown;
    private boolean halfShown;

    /**
     * Nothing said yet.
     *
     * @param sources what the text may cite, by the numbers of the markers
     * @param links the ids of the files that it may link to, by their links
     */
    CitedText(Map<String, Source> sources, Map<String, String> links) {
        this.citations = new Citations(sources);
        this.links = new FileLinks(links);
    }

    /**
     * A part of the text for one delta.
     *
     * @param annotations what the delta adds to the text's annotations
     */
    record Piece(String text, List<JsonValue> annotations) {}

    /** Takes more of the model's text, and returns what can be shown by now. */
    List<Piece> add(String text) {
        return pieces(citations.add(text));
    }

    /** The rest, at the end of the text. */
    List<Piece> end() {
        List<Piece> pieces = pieces(citations.end());
        links.end().forEach(piece -> pieces.add(linked(piece)));
        return pieces;
    }

    private List<Piece> pieces(List<Citations.Piece> cited) {
        List<Piece> pieces = new ArrayList<>();
        for (Citations.Piece piece : cited) {
            Source source = piece.source();
            if (source == null) {
                links.add(piece.text()).forEach(part -> pieces.add(linked(part)));
            } else {
                links.end().forEach(part -> pieces.add(linked(part)));
                pieces.add(piece(piece.text(), "file_citation", source.fileId()));
            }
        }
        return pieces;
    }

    private Piece linked(FileLinks.Piece piece) {
        String fileId = piece.fileId();
        if (fileId != null) {
            return piece(piece.text(), "file_path", fileId);
        }
        count(piece.text());
        return new Piece(piece.text(), List.of());
    }

    private Piece piece(String text, String type, String fileId) {
        int begin = shown;
        count(text);
        return new Piece(text, List.of(annotation(text, begin, type, fileId)));
    }

    /** A model server may cut a character in two. */
    private void count(String text) {
        boolean secondHalf = halfShown && Character.isLowSurrogate(text.charAt(0));
        shown += text.codePointCount(0, text.length()) - (secondHalf ? 1 : 0);
        halfShown = Character.isHighSurrogate(text.charAt(text.length() - 1));
    }

    private JsonValue annotation(String text, int begin, String type, String fileId) {
        ObjectNode json = Json.object()
                .put("index", annotations++)
                .put("type", type)
                .put("text", text)
                .put("start_index", begin)
                .put("end_index", shown);
        ObjectNode file = json.putObject(type).put("file_id", fileId);
        if (type.equals("file_citation")) {
            file.put("quote", "");
        }
        return JsonValue.of(json);
    }
}
