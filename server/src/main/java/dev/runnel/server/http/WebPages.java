package dev.runnel.server.http;

import dev.runnel.protocol.ApiError;
import dev.runnel.server.base.AllowedOrigins;
import dev.runnel.server.http.fields.BadRequestException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Decides which web pages may send requests and read the answers. A browser says in {@code Origin} or
 * {@code Sec-Fetch-Site} where a page is from. Pages that this server delivered may send requests, and so may pages of
 * allowed origins. Only the pages of allowed origins need CORS headers to read the answers. SDKs, curl and the command
 * send neither header. Immutable, thread-safe.
 */
final class WebPages {
    private static final Pattern HEADER_NAMES = Pattern.compile("[A-Za-z0-9_, -]{1,2000}");
    private static final String METHODS = "GET, HEAD, POST, DELETE";
    private static final String USUAL_HEADERS = "Authorization, Content-Type";
    private static final String SHOWN_HEADERS = "x-request-id, openai-processing-ms, openai-poll-after-ms,"
            + " x-should-retry, Retry-After, x-ratelimit-limit-requests, x-ratelimit-remaining-requests,"
            + " x-ratelimit-reset-requests, x-ratelimit-limit-tokens, x-ratelimit-remaining-tokens,"
            + " x-ratelimit-reset-tokens";

    /** How long a browser may remember a preflight, in seconds. */
    private static final String MAX_AGE = "600";

    private final AllowedOrigins allowed;

    WebPages(AllowedOrigins allowed) {
        this.allowed = allowed;
    }

    /** A request's headers, by name. */
    interface Headers extends Function<String, Optional<String>> {}

    /**
     * Refuses a request from a page of another server, unless the page's origin is allowed. For servers that ask for no
     * key.
     */
    void check(Headers headers) {
        String origin = headers.apply("Origin").orElse("");
        if (!origin.isEmpty()) {
            if (!allowed.allows(origin) && !isOwn(origin, headers)) {
                throw refused(origin);
            }
            return;
        }
        String site = headers.apply("Sec-Fetch-Site").orElse("none");
        if (!site.equals("none") && !site.equals("same-origin")) {
            throw new BadRequestException(403, ApiError.invalidRequest(
                    "The server takes no requests from web pages of other sites.", null, "forbidden_origin"));
        }
    }

    /** Whether this server delivered the page. HTTPS counts too: a proxy in front of the server may have added TLS. */
    private static boolean isOwn(String origin, Headers headers) {
        String host = headers.apply("Host").orElse("");
        return origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host);
    }

    private static BadRequestException refused(String origin) {
        return new BadRequestException(403, ApiError.invalidRequest(
                "The server takes no requests from web pages at '" + origin + "'. To allow them, start the server with"
                        + " --allow-origin and this origin.",
                null, "forbidden_origin"));
    }

    /** The headers that let a page of an allowed origin read the answer; none for other requests. */
    Map<String, String> answerHeaders(Headers headers) {
        Map<String, String> answer = new LinkedHashMap<>();
        headers.apply("Origin").filter(allowed::allows).ifPresent(origin -> {
            answer.put("Access-Control-Allow-Origin", origin);
            answer.put("Access-Control-Expose-Headers", SHOWN_HEADERS);
            answer.put("Vary", "Origin");
        });
        return answer;
    }

    /**
     * The headers that answer a preflight. With a preflight, which carries no key, a browser asks whether a page may
     * send a request.
     *
     * @return empty if the request is no preflight
     * @throws BadRequestException if the page's origin is not allowed
     */
    Optional<Map<String, String>> preflight(String method, Headers headers) {
        String origin = headers.apply("Origin").orElse("");
        if (!method.equals("OPTIONS") || origin.isEmpty()
                || headers.apply("Access-Control-Request-Method").isEmpty()) {
            return Optional.empty();
        }
        if (!allowed.allows(origin)) {
            throw refused(origin);
        }
        Map<String, String> answer = new LinkedHashMap<>();
        answer.put("Access-Control-Allow-Methods", METHODS);
        answer.put("Access-Control-Allow-Headers", headers.apply("Access-Control-Request-Headers")
                .filter(names -> HEADER_NAMES.matcher(names).matches())
                .orElse(USUAL_HEADERS));
        answer.put("Access-Control-Max-Age", MAX_AGE);
        if (headers.apply("Access-Control-Request-Private-Network").isPresent()) {
            answer.put("Access-Control-Allow-Private-Network", "true");
        }
        return Optional.of(answer);
    }
}
