package dev.runnel.client.exchange;

import dev.runnel.client.transport.Transport.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The meaning of a response's status and headers. */
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
