package dev.runnel.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The protocol's error: four members, always all of them.
 *
 * @param message for a person to read
 * @param type {@code invalid_request_error}, {@code server_error}, …
 * @param param the path of the field that is wrong, as in {@code tools[0].function.name}; null if no field is
 * @param code for a program to read; null if the kind of error has none
 */
public record ApiError(String message, @Nullable String type, @Nullable String param, @Nullable String code) {
    private static final int MAX_RAW = 300;

    /** Characters that no text has, and that nearly every compressed or encrypted body has. */
    private static final Pattern NO_TEXT = Pattern.compile("[\\x00-\\x08\\x0E-\\x1A\\x1C-\\x1F]");

    /** The members in which servers have an error's message, the usual one first. */
    private static final List<String> MESSAGES = List.of(
            "message", "detail", "msg", "error_message", "error_msg", "errorMessage", "errors", "Message",
            "reason");

    /** The names of all members of an answer that may tell an error. */
    public static final Set<String> MEMBERS = Stream.concat(
            MESSAGES.stream(), Stream.of("error", "object", "type", "param", "code"))
            .collect(Collectors.toUnmodifiableSet());

    /** An error that the caller made. */
    public static ApiError invalidRequest(String message, @Nullable String param, @Nullable String code) {
        return new ApiError(message, "invalid_request_error", param, code);
    }

    /** An error that the server made. */
    public static ApiError serverError(String message) {
        return new ApiError(message, "server_error", null, null);
    }

    /** The error in its envelope, {@code {"error": …}}. */
    public byte[] toJson() {
        ObjectNode envelope = Json.object();
        envelope.set("error", Json.tree(this));
        return Json.write(envelope);
    }

    /**
     * Reads an error body of any server: the protocol's envelope, a flat object, {@code {"detail": …}}, {@code {"error":
     * "text"}}, a numeric code, or text and HTML, of which the beginning is quoted.
     */
    public static ApiError parse(byte[] body) {
        return fromJson(readOrNull(body)).orElseGet(() -> new ApiError(quoted(body), null, null, null));
    }

    /** The error in a JSON value, if the value has a member {@code error}, {@code message} or {@code detail}. */
    public static Optional<ApiError> fromJson(JsonValue json) {
        JsonValue named = json.get("error");
        if (named.isObject()) {
            return named.get("error").isObject() ? fromJson(named) : saying(named).or(() -> whole(named));
        }
        Optional<ApiError> beside = saying(json);
        if (named.isText()) {
            String words = beside.map(error -> named.text() + ": " + error.message()).orElse(named.text());
            return Optional.of(new ApiError(words, null, null, null));
        }
        boolean says = named.isArray() ? !named.elements().isEmpty() : !named.isNull();
        return beside.or(() -> says ? Optional.of(new ApiError(named.toString(), null, null, null)) : Optional.empty());
    }

    /** The error in the members of an object, if one of them has its message. */
    private static Optional<ApiError> saying(JsonValue error) {
        for (String name : MESSAGES) {
            JsonValue message = error.get(name);
            if (!message.isNull() && !(message.isText() && message.text().isBlank())) {
                return Optional.of(new ApiError(
                        message.isText() ? message.text() : message.toString(),
                        text(error.get("type")), text(error.get("param")), text(error.get("code"))));
            }
        }
        return Optional.empty();
    }

    /** An object that says something, if not how. */
    private static Optional<ApiError> whole(JsonValue error) {
        return error.asMap().values().stream().allMatch(Objects::isNull)
                ? Optional.empty()
                : Optional.of(new ApiError(
                        error.toString(), text(error.get("type")), text(error.get("param")), text(error.get("code"))));
    }

    private static JsonValue readOrNull(byte[] body) {
        try {
            return JsonValue.parse(body);
        } catch (JsonException e) {
            return JsonValue.NULL;
        }
    }

    /** Some servers give a number where the protocol has a string. */
    private static @Nullable String text(JsonValue value) {
        return value.isNull() || value.isText() ? (String) value.toJava() : value.toString();
    }

    /** The beginning of a body that is not what was asked for, for a message. Of bytes that are no text it only says what they are. */
    public static String quoted(byte[] body) {
        if (body.length > 1 && body[0] == 0x1F && (body[1] & 0xFF) == 0x8B) {
            return "(a body compressed with gzip, without a header that says so)";
        }
        int end = Math.min(body.length, MAX_RAW);
        while (end > 0 && end < body.length && (body[end] & 0xC0) == 0x80) {
            end--; // not in the middle of a character
        }
        String text = new String(body, 0, end, StandardCharsets.UTF_8).strip();
        if (text.isEmpty()) {
            return "(empty body)";
        }
        if (NO_TEXT.matcher(text).find() || 4 * text.chars().filter(c -> c == '\uFFFD').count() > text.length()) {
            return "(a body of " + body.length + " bytes that are no text)";
        }
        return body.length > MAX_RAW ? text + "…" : text;
    }
}
