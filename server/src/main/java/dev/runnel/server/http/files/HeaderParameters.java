package dev.runnel.server.http.files;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the parameters of headers such as {@code Content-Disposition}. Static and without state. */
final class HeaderParameters {
    private HeaderParameters() {}

    /** The parameters of a header, by their names in lower case. */
    static Map<String, String> of(String header) {
        Map<String, String> parameters = new LinkedHashMap<>();
        int at = header.indexOf(';');
        while (at >= 0) {
            int equals = header.indexOf('=', at);
            int next = header.indexOf(';', at + 1);
            boolean named = equals >= 0 && (next < 0 || equals < next);
            if (named) {
                StringBuilder value = new StringBuilder();
                int end = read(header, equals + 1, value);
                parameters.put(header.substring(at + 1, equals).strip().toLowerCase(Locale.ROOT), value.toString());
                next = header.indexOf(';', end);
            }
            at = next;
        }
        return parameters;
    }

    /**
     * Reads a value. In a quoted one only quotes and backslashes count as escaped: some clients write the backslashes of
     * Windows' paths as they are.
     *
     * @return where the value ends
     */
    private static int read(String header, int from, StringBuilder value) {
        int at = from;
        while (at < header.length() && Character.isWhitespace(header.charAt(at))) {
            at++;
        }
        if (at == header.length() || header.charAt(at) != '"') {
            int next = header.indexOf(';', at);
            int end = next < 0 ? header.length() : next;
            value.append(header.substring(at, end).strip());
            return end;
        }
        at++;
        while (at < header.length() && header.charAt(at) != '"') {
            if (header.startsWith("\\\"", at) || header.startsWith("\\\\", at)) {
                at++;
            }
            value.append(header.charAt(at));
            at++;
        }
        return at;
    }

    /**
     * The text of a value with a character set and percent-encoding, as in RFC 8187. What is not properly encoded stays as
     * it is. Empty if the character set is missing or not one of the two that may be used.
     */
    static Optional<String> decoded(String value) {
        String[] parts = value.split("'", 3);
        if (parts.length < 3) {
            return Optional.empty();
        }
        return switch (parts[0].strip().toLowerCase(Locale.ROOT)) {
            case "utf-8" -> Optional.of(decoded(parts[2], StandardCharsets.UTF_8));
            case "iso-8859-1" -> Optional.of(decoded(parts[2], StandardCharsets.ISO_8859_1));
            default -> Optional.empty();
        };
    }

    private static String decoded(String text, Charset charset) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = 0;
        while (at < text.length()) {
            boolean encoded = text.charAt(at) == '%' && at + 2 < text.length() && digit(text, at + 1) >= 0
                    && digit(text, at + 2) >= 0;
            if (encoded) {
                bytes.write(digit(text, at + 1) << 4 | digit(text, at + 2));
                at += 3;
            } else {
                String literal = Character.toString(text.codePointAt(at));
                bytes.writeBytes(literal.getBytes(charset));
                at += literal.length();
            }
        }
        return bytes.toString(charset);
    }

    private static int digit(String text, int at) {
        return Character.digit(text.charAt(at), 16);
    }
}
