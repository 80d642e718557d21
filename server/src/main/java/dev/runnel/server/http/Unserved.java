package dev.runnel.server.http;

import dev.runnel.protocol.ApiError;
import dev.runnel.server.http.exchange.AzurePaths;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The answer to a request without a route. It says whether the protocol has such a route or the URL is wrong. */
final class Unserved {
    /** The parts of the protocol that are not planned, by the first segment of their paths after {@code /v1}. */
    static final List<String> LEFT_OUT = List.of(
            "audio", "batches", "chatkit", "completions", "containers", "evals", "fine_tuning", "images", "moderations",
            "organization", "realtime", "skills", "uploads", "videos");

    private static final Pattern FIRST = Pattern.compile("/v1/([^/]+)(/.*)?");
    private static final Pattern STORED_CHAT = Pattern.compile("/v1/chat/completions(/.*)?");

    private static final String COMPACT = "/v1/responses/compact";

    private Unserved() {}

    /** The error for a request that no route answers. */
    static ApiError error(String method, String path) {
        return ApiError.invalidRequest(
                "Unknown request URL: " + method + " " + path + ". " + reason(AzurePaths.plain(path)), null,
                "unknown_url");
    }

    private static String reason(String path) {
        Matcher matcher = FIRST.matcher(path);
        String part = matcher.matches() ? matcher.group(1) : "";
        if (path.equals(COMPACT)) {
            return "The protocol has it, but this server compacts no conversations, and that is not planned.";
        } else if (LEFT_OUT.contains(part)) {
            return "The protocol has '" + part + "', but this server does not serve it, and that is not planned.";
        } else if (STORED_CHAT.matcher(path).matches()) {
            return "Chat completions are not kept by this server: they can be created, with POST, and not retrieved.";
        }
        return "Please check the URL for typos.";
    }
}
