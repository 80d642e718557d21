package dev.runnel.protocol.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.json.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the error in data that came instead of a chunk or a completion. Only the members about the error are kept. For one
 * reading.
 */
final class ErrorReader {
    /** In bytes. */
    private static final int MAX_SIZE_AS_TREE = 256 * 1024;

    /** Texts that stand for no error where the protocol has an object. */
    private static final Set<String> NO_ERROR = Set.of("false", "0");

    /** Codes of answers that some servers have beside each chunk: {@code {"code": 0, "message": "success"}}. */
    private static final Set<String> SUCCESS = Set.of("0", "200", "\"0\"", "\"200\"");

    private final int size;
    private final Map<String, JsonValue> told = new LinkedHashMap<>();
    private boolean choices;

    private ErrorReader(int size) {
        this.size = size;
    }

    static ErrorReader of(byte[] data) {
        ErrorReader reader = new ErrorReader(data.length);
        return Json.streamLeniently(data, json -> {
            reader.read(json);
            return reader;
        });
    }

    private void read(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return;
        }
        for (String field; (field = json.nextFieldName()) != null;) {
            if (ApiError.MEMBERS.contains(field)) {
                told.put(field, value(json));
            } else if (field.equals("choices")) {
                readChoices(json);
            } else if (field.equals("x_groq") && json.nextToken() == JsonToken.START_OBJECT) {
                readInner(json);
            } else if (field.equals("x_groq")) {
                skip(json);
            } else {
                json.nextToken();
                skip(json);
            }
        }
    }

    /** A list of choices, or the only one without a list. */
    private void readChoices(JsonParser json) throws IOException {
        JsonToken begin = json.nextToken();
        choices |= begin == JsonToken.START_ARRAY || begin == JsonToken.START_OBJECT;
        if (begin == JsonToken.START_OBJECT) {
            readInner(json);
        } else if (begin == JsonToken.START_ARRAY) {
            for (JsonToken token; (token = json.nextToken()) != JsonToken.END_ARRAY;) {
                if (token == JsonToken.START_OBJECT) {
                    readInner(json);
                } else {
                    skip(json);
                }
            }
        }
    }

    /** Some servers have the error in a choice, or among members of their own. */
    private void readInner(JsonParser json) throws IOException {
        for (String field; (field = json.nextFieldName()) != null;) {
            if (field.equals("error")) {
                told.putIfAbsent(field, value(json));
            } else {
                json.nextToken();
                skip(json);
            }
        }
    }

    private static void skip(JsonParser json) throws IOException {
        if (json.currentToken().isStructStart()) {
            json.skipChildren();
        }
    }

    /**
     * The next value; of a large answer only its text, and of an object only its members that are text. The first chunk of a
     * reply comes here with its {@code "object"}: text is read without a mapper, which takes long to make.
     */
    private JsonValue value(JsonParser json) throws IOException {
        JsonToken token = json.nextToken();
        if (token == JsonToken.VALUE_STRING) {
            return JsonValue.of(json.getText());
        } else if (token == JsonToken.VALUE_NULL) {
            return JsonValue.NULL;
        }
        if (size <= MAX_SIZE_AS_TREE || token == null || !token.isStructStart()) {
            return JsonValue.of(Json.readTree(json));
        }
        Map<String, String> members = new LinkedHashMap<>();
        if (token == JsonToken.START_ARRAY) {
            json.skipChildren();
            return JsonValue.NULL;
        }
        for (String field; (field = json.nextFieldName()) != null;) {
            String text = json.nextTextValue();
            if (text != null) {
                members.put(field, text);
            } else if (json.currentToken().isStructStart()) {
                json.skipChildren();
            }
        }
        return JsonValue.EMPTY_OBJECT.with(members);
    }

    /** Whether there were choices. */
    boolean hasChoices() {
        return choices;
    }

    /** The error in a member {@code error}. */
    Optional<ApiError> named() {
        JsonValue error = told.getOrDefault("error", JsonValue.NULL);
        boolean said = says(error);
        return said || told.getOrDefault("object", JsonValue.NULL).text().equals("error") ? any() : Optional.empty();
    }

    /** The error in a member {@code error}; without choices, also an error in other members. */
    Optional<ApiError> found() {
        return choices ? named() : any();
    }

    private Optional<ApiError> any() {
        Map<String, JsonValue> members = new LinkedHashMap<>(told);
        if (!says(told.get("error"))) {
            members.remove("error");
            if (SUCCESS.contains(told.getOrDefault("code", JsonValue.NULL).toString())) {
                return Optional.empty();
            }
        }
        return ApiError.fromJson(JsonValue.EMPTY_OBJECT.with(members));
    }

    /** Some servers send an empty member in every chunk. */
    private static boolean says(@Nullable JsonValue error) {
        if (error == null || error.isNull()) {
            return false;
        }
        return error.isText() ? !error.text().isBlank()
                : error.isObject() ? !error.asMap().isEmpty()
                        : error.isArray() ? !error.elements().isEmpty()
                                : !NO_ERROR.contains(error.toString());
    }
}
