package dev.runnel.server.edge.http2;

import dev.runnel.server.edge.HttpException;
import dev.runnel.server.edge.http2.hpack.HeaderDecoder.HeaderList;
import dev.runnel.server.edge.http2.hpack.HeaderField;
import dev.runnel.server.edge.wire.HeadRules;
import dev.runnel.server.edge.wire.RequestHead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Makes a request's head of the fields of a header block, as strictly as RFC 9113 allows. Static and without state. */
final class RequestHeads {
    private static final String METHOD = ":method";
    private static final String PATH = ":path";
    private static final String SCHEME = ":scheme";
    private static final String AUTHORITY = ":authority";
    private static final Set<String> PSEUDO = Set.of(METHOD, PATH, SCHEME, AUTHORITY);

    /** Headers about the connection, which HTTP/2 does not have. */
    private static final Set<String> OF_CONNECTIONS = Set.of(
            "connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade");

    private RequestHeads() {}

    static RequestHead of(HeaderList list) throws HttpException {
        if (list.tooLarge()) {
            throw HeadRules.tooLarge();
        }
        Map<String, String> pseudo = new HashMap<>();
        List<RequestHead.Field> fields = new ArrayList<>(list.fields().size());
        for (HeaderField field : list.fields()) {
            if (!field.name().startsWith(":")) {
                fields.add(regular(field));
            } else if (!fields.isEmpty() || !PSEUDO.contains(field.name())
                    || pseudo.put(field.name(), field.value()) != null) {
                throw new HttpException(400, "the header '" + HeadRules.printable(field.name())
                        + "' is unknown, there twice or in the wrong place");
            }
        }
        return head(pseudo, fields);
    }

    private static RequestHead head(Map<String, String> pseudo, List<RequestHead.Field> fields) throws HttpException {
        String method = required(pseudo, METHOD);
        String path = required(pseudo, PATH);
        String scheme = required(pseudo, SCHEME);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new HttpException(400, "the scheme must be https");
        } else if (path.isEmpty() || (!path.startsWith("/") && !path.equals("*"))) {
            throw new HttpException(400, "the target must begin with a slash");
        } else if (path.length() > HeadRules.MAX_TARGET) {
            throw new HttpException(414, "the target is longer than " + HeadRules.MAX_TARGET + " bytes");
        }
        String authority = pseudo.get(AUTHORITY);
        if (authority != null) {
            if (fields.stream().anyMatch(field -> field.name().equals("host") && !field.value().equals(authority))) {
                throw new HttpException(400, "the Host header differs from the request's authority");
            }
            fields.removeIf(field -> field.name().equals("host"));
            fields.add(new RequestHead.Field("host", HeadRules.value(AUTHORITY, authority)));
        }
        RequestHead head = new RequestHead(HeadRules.method(method), HeadRules.target(path), false, fields);
        HeadRules.checkHost(head);
        return head;
    }

    private static String required(Map<String, String> pseudo, String name) throws HttpException {
        String value = pseudo.get(name);
        if (value == null) {
            throw new HttpException(400, "a request must have the header '" + name + "'");
        }
        return value;
    }

    /** Checks a field that is not one of the request line's. */
    private static RequestHead.Field regular(HeaderField field) throws HttpException {
        String name = field.name();
        String value = field.value();
        if (!HeadRules.isToken(name) || name.chars().anyMatch(c -> c >= 'A' && c <= 'Z')) {
            throw new HttpException(400, "a header's name must be a word in lower case");
        } else if (OF_CONNECTIONS.contains(name) || (name.equals("te") && !value.equals("trailers"))) {
            throw new HttpException(400, "HTTP/2 has no header '" + name + "'");
        } else if (!value.isEmpty()
                && (HeadRules.isBlank(value.charAt(0)) || HeadRules.isBlank(value.charAt(value.length() - 1)))) {
            throw new HttpException(400, "the header '" + name + "' has white space around its value");
        }
        return new RequestHead.Field(name, HeadRules.value(name, value));
    }

    /** The length that a head announces. */
    static OptionalLong length(RequestHead head, boolean hasBody) throws HttpException {
        List<String> lengths = head.all("content-length");
        if (lengths.isEmpty()) {
            return OptionalLong.empty();
        }
        String told = lengths.getFirst();
        if (lengths.size() > 1 || !told.matches("[0-9]{1,18}")) {
            throw new HttpException(400, "a request must have one Content-Length, a number of at most 18 digits");
        }
        long length = Long.parseLong(told);
        if (!hasBody && length > 0) {
            throw new HttpException(400, "the request announces a body and has none");
        }
        return OptionalLong.of(length);
    }

    /** Checks the fields behind a body. They are not used. */
    static boolean areTrailers(HeaderList list) {
        return list.fields().stream().noneMatch(field -> field.name().startsWith(":"));
    }
}
