package dev.runnel.cli.reply;

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
        return text.replace(marker, mark(file, name(marker, file)));
    }

    private String mark(String file, String name) {
        return "[" + notes.computeIfAbsent(file, id -> new Note(notes.size() + 1, name)).number() + "]";
    }

    /** The number for an annotation of a response, which stands at the end of the text so far; empty if it cites no file. */
    String mark(JsonValue annotation) {
        if (!cites(annotation)) {
            return "";
        }
        String file = annotation.get("file_id").text();
        String name = annotation.get("filename").text();
        return mark(file, name.isEmpty() ? file : name);
    }

    /** Other annotations belong to links, which are in the text themselves. */
    private static boolean cites(JsonValue annotation) {
        return annotation.get("type").text().equals("file_citation") && !annotation.get("file_id").text().isEmpty();
    }

    /** The text of a response's part, with numbers where its annotations stand. */
    String text(JsonValue part) {
        String text = part.get("text").text();
        StringBuilder numbered = new StringBuilder();
        int from = 0;
        for (JsonValue annotation : part.get("annotations").elements().stream().filter(Footnotes::cites).toList()) {
            int at = place(text, annotation.get("index"), from);
            numbered.append(text, from, at).append(mark(annotation));
            from = at;
        }
        return numbered.append(text, from, text.length()).toString();
    }

    /** A place that is told in characters of Unicode; the end of the text if there is none. Never before the last one. */
    private static int place(String text, JsonValue index, int from) {
        boolean within = index.toJava() instanceof Long count && count <= text.codePointCount(0, text.length());
        return within && index.toJava() instanceof Long count
                ? Math.max(from, text.offsetByCodePoints(0, count.intValue()))
                : text.length();
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
