package dev.runnel.server.edge.wire;

import dev.runnel.server.edge.HttpException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The rules for the parts of a request's head, which are the same for each version of HTTP. Static and without state. */
public final class HeadRules {
    /** The longest target, in bytes. */
    public static final int MAX_TARGET = 16 * 1024;

    /** The most bytes of a head. */
    public static final int MAX_HEAD = 64 * 1024;

    /** The most header fields of a head. */
    public static final int MAX_FIELDS = 200;

    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[^\\s:/@?#\\[\\]]*)(:[0-9]{0,5})?");

    /** The scheme and host before the path, which clients send to proxies. */
    private static final Pattern ABSOLUTE = Pattern.compile("^https?://[^/?#]+", Pattern.CASE_INSENSITIVE);

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private HeadRules() {}

    /** Checks a method. */
    public static String method(String method) throws HttpException {
        if (!isToken(method)) {
            throw new HttpException(400, "the method has a character that is not allowed");
        }
        return method;
    }

    /** A target without scheme, authority and fragment. */
    public static String target(String target) throws HttpException {
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) <= ' ' || target.charAt(i) >= 0x7f) {
                throw new HttpException(400, "the target has a character that must be percent-encoded");
            }
        }
        String origin = ABSOLUTE.matcher(target).replaceFirst("");
        if (origin.isEmpty() || origin.startsWith("?")) {
            origin = "/" + origin;
        }
        if (!origin.startsWith("/") && !origin.equals("*")) {
            throw new HttpException(400, "the target must begin with a slash");
        }
        int fragment = origin.indexOf('#');
        return fragment < 0 ? origin : origin.substring(0, fragment);
    }

    /** Checks a header's value, and decodes it from one character a byte to UTF-8. */
    public static String value(String name, String value) throws HttpException {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw new HttpException(400, "the header '" + printable(name) + "' has a control character");
            }
        }
        return new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Whether a character is white space of a header: a space or a tab. */
    public static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** Whether a text is a token, as methods and names of headers are. */
    public static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && TOKEN_MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Checks that there is one host, which a request of HTTP/1.0 may lack. */
    public static void checkHost(RequestHead head) throws HttpException {
        int hosts = head.all("host").size();
        if (hosts > 1 || (hosts == 0 && !head.http10())) {
            throw new HttpException(400, "a request must have one Host header");
        }
        if (hosts == 1 && !HOST.matcher(head.all("host").getFirst()).matches()) {
            throw new HttpException(400, "the Host header must be a host, with a port or without one");
        }
    }

    /** The refusal of a head that is too large. */
    public static HttpException tooLarge() {
        return new HttpException(431,
                "the request has more than " + MAX_FIELDS + " headers or " + MAX_HEAD + " bytes of them");
    }

    /** The text for an error message: printable ASCII only, at most 40 characters. */
    public static String printable(String text) {
        return text.substring(0, Math.min(40, text.length())).replaceAll("[^ -~]", "?");
    }
}
