package dev.runnel.client.exchange;

import dev.runnel.client.transport.Transport.Response;
import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.JsonException;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.chat.ChatJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The meaning of a response's status and headers, and of a body that is not what was asked for. */
public final class Answers {
    /** A server that asks for more means something else. */
    private static final Duration LONGEST = Duration.ofDays(30);

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}(\\.[0-9]{0,15})?");

    private Answers() {}

    public static @Nullable String requestId(Response response) {
        return response.header("x-request-id").orElse(null);
    }

    public static boolean isEventStream(Response response) {
        return response.header("content-type").orElse("").startsWith("text/event-stream");
    }

    /**
     * Whether another try may succeed: as the server says ({@code x-should-retry}), or else by the status, as in the official
     * SDKs.
     */
    public static boolean worthAnotherTry(Response response) {
        String asked = response.header("x-should-retry").orElse("");
        if (asked.equals("true") || asked.equals("false")) {
            return asked.equals("true");
        }
        int status = response.status();
        return status == 408 || status == 409 || status == 429 || status >= 500;
    }

    /** How long the server asks to wait; null if it names no time, one that has passed, or one more than 30 days away. */
    public static @Nullable Duration retryAfter(Response response) {
        Duration asked = response.header("retry-after-ms")
                .map(value -> millis(value, 1))
                .or(() -> response.header("retry-after").map(Answers::secondsOrDate))
                .orElse(null);
        return asked == null || asked.isNegative() || asked.compareTo(LONGEST) > 0 ? null : asked;
    }

    /** The names of the content codings of a body, in lower case, each once. */
    static List<String> codings(Response response) {
        Optional<String> named = response.header("content-encoding");
        return named.isEmpty() ? List.of()
                : Stream.of(named.get().toLowerCase(Locale.ROOT).split(",", -1))
                        .map(String::strip)
                        .filter(coding -> !coding.isEmpty() && !coding.equals("identity"))
                        .distinct()
                        .toList();
    }

    /**
     * The beginning of a body that is not what was asked for, for a message. The bytes of a body that is still compressed say
     * nothing.
     */
    public static String quoted(Response response, byte[] body) {
        List<String> codings = codings(response);
        return codings.isEmpty() || body.length == 0
                ? ApiError.quoted(body)
                : "a body compressed with " + String.join(", ", codings) + ", which the client did not ask for";
    }

    /** The error in a body, or else its {@linkplain #quoted beginning}. */
    public static ApiError error(Response response, byte[] body) {
        return codings(response).isEmpty() || isJson(body) // some servers name a coding and do not use it
                ? ApiError.parse(body)
                : new ApiError(quoted(response, body), null, null, null);
    }

    private static boolean isJson(byte[] body) {
        try {
            JsonValue.parse(new String(body, StandardCharsets.UTF_8));
            return true;
        } catch (JsonException e) {
            return false;
        }
    }

    /** The error of an answer that cannot be read although its status is good: the server's own, if it names one. */
    public static ApiError unreadable(Response response, byte[] body) {
        ApiError told = error(response, body);
        return namesError(body) ? told
                : new ApiError("the answer has an unexpected form: " + told.message(), null, null, null);
    }

    private static boolean namesError(byte[] body) {
        try {
            return ChatJson.namedErrorIn(body).isPresent();
        } catch (JsonException e) {
            return false;
        }
    }

    private static @Nullable Duration secondsOrDate(String value) {
        Duration seconds = millis(value, 1_000);
        if (seconds != null) {
            return seconds;
        }
        try {
            return Duration.between(
                    Instant.now(), DateTimeFormatter.RFC_1123_DATE_TIME.parse(value.strip(), Instant::from));
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static @Nullable Duration millis(String number, int unit) {
        String plain = number.strip();
        return NUMBER.matcher(plain).matches() ? Duration.ofMillis((long) (Double.parseDouble(plain) * unit)) : null;
    }
}
