package dev.runnel.server.http1;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses the heads of requests, as strictly as RFC 9112 allows. An attacker can smuggle requests past a proxy if the
 * proxy and the server read a head differently. Static and without state.
 */
final class HeadParser {
    static final int MAX_LINE = 16 * 1024;
    static final int MAX_HEAD = 64 * 1024;
    static final int MAX_FIELDS = 200;

    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[^\\s:/@?#\\[\\]]*)(:[0-9]{0,5})?");

    /** The scheme and host before the path, which clients send to proxies. */
    private static final Pattern ABSOLUTE = Pattern.compile("^https?://[^/?#]+", Pattern.CASE_INSENSITIVE);

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private HeadParser() {}

    /**
     * Parses one head.
     *
     * @return the head; empty if the connection ends before the head begins
     * @throws HttpException if the head is malformed or too large
     */
    static Optional<RequestHead> read(ConnectionInput in) throws IOException {
        String line = in.line(MAX_LINE, 414);
        for (int skipped = 0; line != null && line.isEmpty(); skipped++) { // RFC 9112, 2.2: empty lines may come first
            if (skipped == 2) {
                throw new HttpException(400, "a request must begin with a request line");
            }
            line = in.line(MAX_LINE, 414);
        }
        if (line == null) {
            return Optional.empty();
        }
        String[] words = line.split(" ", -1);
        boolean http10 = version(words);
        if (!isToken(words[0])) {
            throw new HttpException(400, "the method has a character that is not allowed");
        }
        RequestHead head = new RequestHead(words[0], target(words[1]), http10, fields(in, line.length()));
        checkHost(head);
        return Optional.of(head);
    }

    /** Whether the version is 1.0; false for 1.1. */
    private static boolean version(String[] words) throws HttpException {
        String version = words.length == 3 ? words[2] : "";
        if (version.equals("HTTP/1.1")) {
            return false;
        } else if (version.equals("HTTP/1.0")) {
            return true;
        } else if (version.matches("HTTP/[0-9]\\.[0-9]")) {
            throw new HttpException(505, "this server speaks HTTP/1.1, not " + printable(version));
        }
        throw new HttpException(400, "a request line must have a method, a target and HTTP/1.1");
    }

    private static String target(String target) throws HttpException {
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

    private static List<RequestHead.Field> fields(ConnectionInput in, int read) throws IOException {
        List<RequestHead.Field> fields = new ArrayList<>();
        int size = read;
        String line = required(in.line(MAX_HEAD, 431));
        while (!line.isEmpty()) {
            size += line.length() + 2;
            if (size > MAX_HEAD || fields.size() == MAX_FIELDS) {
                throw new HttpException(431,
                        "the request has more than " + MAX_FIELDS + " headers or " + MAX_HEAD + " bytes of them");
            }
            fields.add(field(line));
            line = required(in.line(MAX_HEAD, 431));
        }
        return fields;
    }

    static String required(@Nullable String line) throws EOFException {
        if (line == null) {
            throw new EOFException("the connection ended within a request");
        }
        return line;
    }

    private static RequestHead.Field field(String line) throws HttpException {
        int colon = line.indexOf(':');
        String name = colon < 0 ? "" : line.substring(0, colon);
        if (!isToken(name)) { // refuses folded lines too, and white space before the colon
            throw new HttpException(400, "a header line is not of the form 'name: value'");
        }
        String value = strip(line.substring(colon + 1));
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw new HttpException(400, "the header '" + printable(name) + "' has a control character");
            }
        }
        String decoded = new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return new RequestHead.Field(name.toLowerCase(Locale.ROOT), decoded);
    }

    /** Strips spaces and tabs, the only white space that a header has. */
    private static String strip(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && isBlank(value.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(value.charAt(to - 1))) {
            to--;
        }
        return value.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && TOKEN_MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static void checkHost(RequestHead head) throws HttpException {
        int hosts = head.all("host").size();
        if (hosts > 1 || (hosts == 0 && !head.http10())) {
            throw new HttpException(400, "a request must have one Host header");
        }
        if (hosts == 1 && !HOST.matcher(head.all("host").getFirst()).matches()) {
            throw new HttpException(400, "the Host header must be a host, with a port or without one");
        }
    }

    /** The text for an error message: printable ASCII only, at most 40 characters. */
    static String printable(String text) {
        return text.substring(0, Math.min(40, text.length())).replaceAll("[^ -~]", "?");
    }
}
