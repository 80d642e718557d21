package dev.runnel.server.engine.runs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.base.Source;
import dev.runnel.server.tool.Citations;
import java.util.List;
import java.util.Map;

/** The text of one reply as readers are shown it: a marker has a delta of its own, with its annotation. For one thread. */
final class CitedText {
    private final Citations citations;
    private int annotations;

    /** How many characters were shown, by which annotations count: Unicode's, not the chars of Java. */
    private int shown;
    private boolean halfShown;

    CitedText(Map<String, Source> sources) {
        this.citations = new Citations(sources);
    }

    /**
     * A part of the text for one delta.
     *
     * @param annotations what the delta adds to the text's annotations
     */
    record Piece(String text, List<JsonValue> annotations) {}

    /** Takes more of the model's text, and returns what can be shown by now. */
    List<Piece> add(String text) {
        return citations.add(text).stream().map(this::piece).toList();
    }

    /** The rest, at the end of the text. */
    List<Piece> end() {
        return citations.end().stream().map(this::piece).toList();
    }

    private Piece piece(Citations.Piece piece) {
        int begin = shown;
        count(piece.text());
        Source source = piece.source();
        return new Piece(piece.text(), source == null ? List.of() : List.of(annotation(piece.text(), begin, source)));
    }

    /** A model server may cut a character in two. */
    private void count(String text) {
        boolean secondHalf = halfShown && Character.isLowSurrogate(text.charAt(0));
        shown += text.codePointCount(0, text.length()) - (secondHalf ? 1 : 0);
        halfShown = Character.isHighSurrogate(text.charAt(text.length() - 1));
    }

    private JsonValue annotation(String marker, int begin, Source source) {
        ObjectNode json = Json.object()
                .put("index", annotations++)
                .put("type", "file_citation")
                .put("text", marker)
                .put("start_index", begin)
                .put("end_index", shown);
        json.putObject("file_citation").put("file_id", source.fileId()).put("quote", "");
        return JsonValue.of(json);
    }
}
