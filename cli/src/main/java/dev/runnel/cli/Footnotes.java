package dev.runnel.cli;

import dev.runnel.protocol.Annotation;
import dev.runnel.protocol.ContentDelta;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.MessageContent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files that replies cite: the markers in the text become numbers, which are explained below it. Not thread-safe. */
final class Footnotes {
    /** Each cited file's number and name, by its id. */
    private final Map<String, Note> notes = new LinkedHashMap<>();

    private record Note(int number, String name) {}

    /** The text of a delta, with numbers for markers. */
    String text(ContentDelta.Text delta) {
        String text = delta.value();
        List<JsonValue> annotations = delta.annotations();
        for (JsonValue annotation : annotations == null ? List.<JsonValue>of() : annotations) {
            text = numbered(text, annotation.get("text").text(), annotation.get("file_citation").get("file_id").text());
        }
        return text;
    }

    /** The text of a message, with numbers for markers. */
    String text(Message message) {
        StringBuilder whole = new StringBuilder();
        for (MessageContent part : message.content()) {
            if (part instanceof MessageContent.Text text) {
                String value = text.text().value();
                for (Annotation annotation : text.text().annotations()) {
                    if (annotation instanceof Annotation.FileCitation cited) {
                        value = numbered(value, cited.text(), cited.fileCitation().fileId());
                    }
                }
                whole.append(value);
            }
        }
        return whole.toString();
    }

    private String numbered(String text, String marker, @Nullable String file) {
        if (file == null || file.isEmpty() || marker.isEmpty()) {
            return text;
        }
        Note note = notes.computeIfAbsent(file, id -> new Note(notes.size() + 1, name(marker, id)));
        return text.replace(marker, "[" + note.number() + "]");
    }

    /** A marker has the file's name behind a dagger: {@code 【4:0†name】}. */
    private static String name(String marker, String file) {
        int dagger = marker.indexOf('†');
        return dagger < 0 ? file : marker.substring(dagger + 1, marker.length() - 1);
    }

    /** A line for each cited file. The next reply begins with number 1 again. */
    List<String> take() {
        List<String> lines = notes.values().stream().map(note -> "[" + note.number() + "] " + note.name()).toList();
        notes.clear();
        return lines;
    }
}
