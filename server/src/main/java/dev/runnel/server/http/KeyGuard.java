package dev.runnel.server.http;

import dev.runnel.protocol.ApiError;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Project;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http1.HttpRequest;
import dev.runnel.server.http1.HttpResponse;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets in requests with a known key, and finds the key's project. The key comes in {@code Authorization: Bearer KEY}
 * or, from Azure's clients, in {@code api-key: KEY}.
 */
final class KeyGuard implements Guard {
    /** The paths that need no key, because their answers tell nothing about any project. */
    private static final Set<String> OPEN = Set.of("/", "/healthz", "/readyz", "/openapi.json");

    private static final String SCHEME = "Bearer ";
    private static final int SHOWN_FIRST = 8;
    private static final int SHOWN_LAST = 4;

    private final ApiKeys keys;

    KeyGuard(ApiKeys keys) {
        this.keys = keys;
    }

    @Override
    public Project check(HttpRequest request, HttpResponse response) {
        if (OPEN.contains(request.path())) {
            return Project.DEFAULT;
        }
        String bearer = request.header("Authorization").map(KeyGuard::bearer).orElse("");
        String key = bearer.isEmpty() ? request.header("api-key").orElse("").strip() : bearer;
        if (key.isEmpty()) {
            response.header("WWW-Authenticate", "Bearer realm=\"runnel\"");
            throw unauthorized(
                    "You didn't provide an API key. You need to provide your API key in an Authorization header using"
                            + " Bearer auth (i.e. Authorization: Bearer YOUR_KEY). Ask the operator of this server for a key.",
                    null);
        }
        Optional<Project> project = keys.project(key);
        if (project.isEmpty()) {
            response.header("WWW-Authenticate", "Bearer realm=\"runnel\", error=\"invalid_token\"");
            throw unauthorized(
                    "Incorrect API key provided: " + masked(key) + ". Ask the operator of this server for a key.",
                    "invalid_api_key");
        }
        return project.get();
    }

    private static String bearer(String header) {
        return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? header.substring(SCHEME.length()).strip()
                : "";
    }

    /**
     * The key with its middle hidden, because answers end up in logs. The rest is enough for callers to tell their keys
     * apart.
     */
    private static String masked(String key) {
        return key.length() < 2 * (SHOWN_FIRST + SHOWN_LAST)
                ? "***"
                : key.substring(0, SHOWN_FIRST) + "***" + key.substring(key.length() - SHOWN_LAST);
    }

    private static BadRequestException unauthorized(String message, @Nullable String code) {
        return new BadRequestException(401, ApiError.invalidRequest(message, null, code));
    }
}
