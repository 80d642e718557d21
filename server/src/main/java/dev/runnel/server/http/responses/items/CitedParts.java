package dev.runnel.server.http.responses.items;

import dev.runnel.protocol.JsonValue;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the parts of an item's content. A citation is a marker in the text of the Assistants API, and here an annotation
 * at the place where the marker was.
 */
public final class CitedParts {
    private CitedParts() {}

    public static JsonValue text(String text, List<JsonValue> annotations) {
        // One by one: the order of the members must be the same in each process.
        return part("output_text", "text", text)
                .with(Map.of("annotations", annotations))
                .with(Map.of("logprobs", List.of()));
    }

    public static JsonValue refusal(String refusal) {
        return part("refusal", "refusal", refusal);
    }

    public static JsonValue reasoning(String text) {
        return part("reasoning_text", "text", text);
    }

    static JsonValue input(String text) {
        return part("input_text", "text", text);
    }

    static JsonValue part(String type, String name, String value) {
        Map<String, Object> part = new LinkedHashMap<>();
        part.put("type", type);
        part.put(name, value);
        return JsonValue.of(part);
    }

    /**
     * A citation of a file.
     *
     * @param index the place in the text, in characters of Unicode
     * @param names of files, by their ids
     */
    public static JsonValue citation(String fileId, long index, Map<String, String> names) {
        Map<String, Object> citation = new LinkedHashMap<>();
        citation.put("type", "file_citation");
        citation.put("file_id", fileId);
        citation.put("index", index);
        citation.put("filename", names.getOrDefault(fileId, ""));
        return JsonValue.of(citation);
    }

    /**
     * A link to a file that code has made.
     *
     * @param link as it is in the text
     * @param start where it begins in the text, in characters of Unicode
     */
    public static JsonValue link(String containerId, String fileId, String link, long start) {
        Map<String, Object> citation = new LinkedHashMap<>();
        citation.put("type", "container_file_citation");
        citation.put("container_id", containerId);
        citation.put("file_id", fileId);
        citation.put("start_index", start);
        citation.put("end_index", start + link.codePointCount(0, link.length()));
        citation.put("filename", fileName(link));
        return JsonValue.of(citation);
    }

    /** The last part of a link, which may have percent codes. */
    private static String fileName(String link) {
        String name = link.substring(link.lastIndexOf('/') + 1);
        try {
            return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }

    /** The id of the file that an annotation of the Assistants API links to; null if it links to none. */
    public static @Nullable String linkedFile(JsonValue annotation) {
        String id = annotation.get("file_path").get("file_id").text();
        return id.isEmpty() ? null : id;
    }

    /** The id of the file that an annotation of the Assistants API cites; null if it cites none. */
    public static @Nullable String citedFile(JsonValue annotation) {
        String id = annotation.get("file_citation").get("file_id").text();
        return id.isEmpty() ? null : id;
    }

    /**
     * A text of the Assistants API without its markers, and with their citations and those of its links.
     *
     * @param containerId the container of the thread's code
     * @param names of files, by their ids
     */
    static JsonValue text(
            String text, List<JsonValue> annotations, String containerId, Map<String, String> names) {
        StringBuilder left = new StringBuilder();
        List<JsonValue> citations = new ArrayList<>();
        int from = 0;
        for (JsonValue annotation : annotations) {
            String cited = citedFile(annotation);
            String linked = linkedFile(annotation);
            int begin = place(text, annotation.get("start_index"));
            int end = place(text, annotation.get("end_index"));
            if ((cited == null && linked == null) || begin < from || end < begin) {
                continue;
            }
            left.append(text, from, begin);
            int index = left.codePointCount(0, left.length());
            if (cited != null) {
                citations.add(citation(cited, index, names));
            } else if (linked != null) {
                citations.add(link(containerId, linked, text.substring(begin, end), index));
                left.append(text, begin, end);
            }
            from = end;
        }
        return text(left.append(text, from, text.length()).toString(), citations);
    }

    private static int place(String text, JsonValue codePoints) {
        long count = codePoints.toJava() instanceof Number number ? number.longValue() : -1;
        return count < 0 || count > text.codePointCount(0, text.length())
                ? -1
                : text.offsetByCodePoints(0, (int) count);
    }
}
