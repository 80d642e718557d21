package dev.runnel.client.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.json.Json;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Builds paths, and reads the pages at them. */
public final class Paths {
    private Paths() {}

    /** A value as one segment of a path. */
    public static String segment(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The value that {@link #segment} encoded. */
    public static String unescaped(String segment) {
        return URLDecoder.decode(segment, StandardCharsets.UTF_8);
    }

    /** The runs of a thread. */
    public static String runs(String threadId) {
        return "/threads/" + segment(threadId) + "/runs";
    }

    /** One run. */
    public static String run(String threadId, String runId) {
        return runs(threadId) + "/" + segment(runId);
    }

    public static <T> Page<T> page(byte[] body, Class<T> type) {
        JsonNode json = Json.readTree(body);
        List<T> data = new ArrayList<>();
        for (JsonNode entry : json.path("data")) {
            if (!entry.isNull()) {
                data.add(Json.convert(entry, type));
            }
        }
        return new Page<>(
                data,
                json.path("first_id").textValue(),
                json.path("last_id").textValue(),
                json.path("has_more").asBoolean());
    }
}
