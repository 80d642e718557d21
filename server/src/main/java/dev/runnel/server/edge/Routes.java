package dev.runnel.server.edge;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the target that serves a method and a path. A segment of a template is literal text, {@code {name}} for any one
 * segment, or, in the last place, {@code {+name}} for all the rest. One thread adds the routes; afterwards the object
 * is thread-safe.
 */
public final class Routes<T> {
    private final List<Route<T>> routes = new ArrayList<>();
    private final Set<List<String>> literals = new HashSet<>();

    private record Route<T>(String method, List<String> segments, T target) {}

    /** A target that was found, and the decoded parameters of the path. */
    public record Match<T>(T target, Map<String, String> parameters) {}

    /**
     * Adds a route. If two routes match a request, the first one added is found. A path that is literally a template has no
     * parameters, with any method.
     */
    public void add(String method, String template, T target) {
        List<String> segments = segments(template);
        routes.add(new Route<>(method, segments, target));
        if (!template.contains("{")) {
            literals.add(segments);
        }
    }

    private static List<String> segments(String path) {
        return List.of(path.substring(1).split("/", -1));
    }

    /**
     * The target that serves a request; empty if there is none.
     *
     * @param path percent-encoded, from its first slash on
     * @throws HttpException if the path is not properly encoded
     */
    public Optional<Match<T>> find(String method, String path) throws HttpException {
        if (!path.startsWith("/")) {
            return Optional.empty();
        }
        List<String> segments = new ArrayList<>();
        for (String segment : segments(path)) {
            segments.add(decoded(segment));
        }
        boolean literal = literals.contains(segments);
        for (Route<T> route : routes) {
            if (route.method().equals(method) && (!literal || route.segments().equals(segments))) {
                Optional<Map<String, String>> parameters = match(route.segments(), segments);
                if (parameters.isPresent()) {
                    return Optional.of(new Match<>(route.target(), parameters.get()));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Map<String, String>> match(List<String> template, List<String> path) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < template.size(); i++) {
            String wanted = template.get(i);
            if (i >= path.size()) {
                return Optional.empty();
            } else if (wanted.startsWith("{+")) {
                parameters.put(wanted.substring(2, wanted.length() - 1),
                        String.join("/", path.subList(i, path.size())));
                return Optional.of(parameters);
            } else if (wanted.startsWith("{")) {
                if (path.get(i).isEmpty()) {
                    return Optional.empty();
                }
                parameters.put(wanted.substring(1, wanted.length() - 1), path.get(i));
            } else if (!wanted.equals(path.get(i))) {
                return Optional.empty();
            }
        }
        return path.size() == template.size() ? Optional.of(parameters) : Optional.empty();
    }

    /** Decodes a path's percent-encoding; a plus stays a plus. */
    public static String decoded(String text) throws HttpException {
        if (text.indexOf('%') < 0) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                bytes.write(c);
                continue;
            }
            int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0) {
                throw new HttpException(400, "the path is not properly percent-encoded");
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
