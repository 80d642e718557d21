package dev.runnel.server.edge.http1;

import dev.runnel.server.edge.HttpException;
import dev.runnel.server.edge.wire.HeadRules;
import dev.runnel.server.edge.wire.RequestHead;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Parses the heads of requests, as strictly as RFC 9112 allows. An attacker can smuggle requests past a proxy if the
 * proxy and the server read a head differently. Static and without state.
 */
final class HeadParser {
    private HeadParser() {}

    /**
     * Parses one head.
     *
     * @return the head; empty if the connection ends before the head begins
     * @throws HttpException if the head is malformed or too large
     */
    static Optional<RequestHead> read(ConnectionInput in) throws IOException {
        String line = in.line(HeadRules.MAX_TARGET, 414);
        for (int skipped = 0; line != null && line.isEmpty(); skipped++) { // RFC 9112, 2.2: empty lines may come first
            if (skipped == 2) {
                throw new HttpException(400, "a request must begin with a request line");
            }
            line = in.line(HeadRules.MAX_TARGET, 414);
        }
        if (line == null) {
            return Optional.empty();
        }
        String[] words = line.split(" ", -1);
        boolean http10 = version(words);
        RequestHead head = new RequestHead(HeadRules.method(words[0]), HeadRules.target(words[1]), http10,
                fields(in, line.length()));
        HeadRules.checkHost(head);
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
            throw new HttpException(505, "this server speaks HTTP/1.1, not " + HeadRules.printable(version));
        }
        throw new HttpException(400, "a request line must have a method, a target and HTTP/1.1");
    }

    private static List<RequestHead.Field> fields(ConnectionInput in, int read) throws IOException {
        List<RequestHead.Field> fields = new ArrayList<>();
        int size = read;
        String line = required(in.line(HeadRules.MAX_HEAD, 431));
        while (!line.isEmpty()) {
            size += line.length() + 2;
            if (size > HeadRules.MAX_HEAD || fields.size() == HeadRules.MAX_FIELDS) {
                throw HeadRules.tooLarge();
            }
            fields.add(field(line));
            line = required(in.line(HeadRules.MAX_HEAD, 431));
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
        if (!HeadRules.isToken(name)) { // refuses folded lines too, and white space before the colon
            throw new HttpException(400, "a header line is not of the form 'name: value'");
        }
        String value = HeadRules.value(name, strip(line.substring(colon + 1)));
        return new RequestHead.Field(name.toLowerCase(Locale.ROOT), value);
    }

    /** Strips spaces and tabs, the only white space that a header has. */
    private static String strip(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && HeadRules.isBlank(value.charAt(from))) {
            from++;
        }
        while (to > from && HeadRules.isBlank(value.charAt(to - 1))) {
            to--;
        }
        return value.substring(from, to);
    }
}
