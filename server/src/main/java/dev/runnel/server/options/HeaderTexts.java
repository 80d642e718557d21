package dev.runnel.server.options;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads headers as OpenTelemetry's variables have them: {@code NAME=VALUE}, several with commas between, with %XX for special characters. */
final class HeaderTexts {
    private static final Pattern COMMA = Pattern.compile(",");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$&'*+.^_`|~-]{1,100}");
    private static final Pattern VALUE = Pattern.compile("[ -~]{1,8000}");

    private HeaderTexts() {}

    /**
     * Reads headers.
     *
     * @throws IllegalArgumentException if one of them is none. The message does not show it: it may hold a key
     */
    static Map<String, String> read(List<String> texts) {
        Map<String, String> headers = new LinkedHashMap<>();
        int number = 0;
        for (String text : texts.stream().flatMap(COMMA::splitAsStream).toList()) {
            number++;
            int equals = text.indexOf('=');
            String name = text.substring(0, Math.max(0, equals)).strip();
            String value = decoded(text.substring(equals + 1).strip());
            if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
                throw new IllegalArgumentException("header " + number
                        + " is not NAME=VALUE, as in Authorization=Bearer%20KEY; write a comma in a value as %2C");
            }
            headers.put(name, value);
        }
        return Map.copyOf(headers);
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return ""; // no value of a header
        }
    }
}
