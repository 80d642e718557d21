package dev.runnel.client.exchange;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The headers that a program adds to every request. */
public final class DefaultHeaders {
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern VALUE = Pattern.compile("[\t\\x20-\\x7E\\xA0-\\xFF]*");

    /** Headers that each request sets itself, and those that would change its framing. */
    private static final Set<String> OF_EACH_REQUEST = Set.of(
            "accept", "connection", "content-length", "content-type", "expect", "host", "idempotency-key",
            "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade");

    private DefaultHeaders() {}

    public static String checkedName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not a header's name");
        } else if (OF_EACH_REQUEST.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("the client sets the header " + name + " itself for each request");
        }
        return name;
    }

    /** Never quoted in an error: it may be a key. */
    public static String checkedValue(String name, String value) {
        if (!VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "the value of the header " + name + " has a character that a header cannot carry");
        }
        return value;
    }
}
