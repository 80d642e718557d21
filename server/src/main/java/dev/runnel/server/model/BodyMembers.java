package dev.runnel.server.model;

import com.fasterxml.jackson.core.JsonToken;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.chat.ChatJson;
import dev.runnel.protocol.chat.ChatRequest;
import dev.runnel.protocol.json.Json;
import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Members that a model server's requests get unless they have them. All other bytes stay as they are. Immutable. */
final class BodyMembers {
    private final Map<String, JsonValue> members;

    BodyMembers(Map<String, JsonValue> members) {
        this.members = new LinkedHashMap<>(members);
    }

    /** A request with the members that it does not have; unchanged if it is no object. */
    byte[] in(byte[] request) {
        if (members.isEmpty()) {
            return request;
        }
        Map<String, JsonValue> missing = new LinkedHashMap<>(members);
        try {
            missing.keySet().removeAll(names(request));
        } catch (JsonException e) {
            return request; // invalid JSON is passed on as it is
        }
        int start = 0;
        while (start < request.length && request[start] != '{') {
            start++;
        }
        if (missing.isEmpty() || start == request.length) {
            return request;
        }
        byte[] more = Json.write(missing);
        boolean only = names(request).isEmpty();
        ByteArrayOutputStream out = new ByteArrayOutputStream(request.length + more.length);
        out.write(more, 0, more.length - 1); // without its closing brace
        if (!only) {
            out.write(',');
        }
        out.write(request, start + 1, request.length - start - 1);
        return out.toByteArray();
    }

    /** A request with the members that it does not have. */
    ChatRequest in(ChatRequest request) {
        if (members.isEmpty()) {
            return request;
        }
        Map<String, JsonValue> missing = new LinkedHashMap<>(members);
        missing.keySet().removeAll(names(ChatJson.writeRequest(request)));
        missing.putAll(request.extra());
        return request.withExtra(missing);
    }

    private static Set<String> names(byte[] request) {
        return Json.stream(request, json -> {
            Set<String> names = new HashSet<>();
            if (json.nextToken() == JsonToken.START_OBJECT) {
                for (String field; (field = json.nextFieldName()) != null;) {
                    names.add(field);
                    json.nextToken();
                    json.skipChildren();
                }
            }
            return names;
        });
    }
}
