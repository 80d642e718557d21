package dev.runnel.server.http;

import dev.runnel.protocol.ApiError;
import dev.runnel.server.base.ApiKeys;
import dev.runnel.server.base.Project;
import dev.runnel.server.edge.HttpRequest;
import dev.runnel.server.edge.HttpResponse;
import dev.runnel.server.engine.projects.ProjectKeys;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.projects.Projects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets in requests with a known key, and finds the key's project. The key comes in {@code Authorization: Bearer KEY}
 * or, from Azure's clients, in {@code api-key: KEY}.
 */
final class KeyGuard implements Guard {
    /** The paths that need no key, because their answers tell nothing about any project. */
    private static final Set<String> OPEN = Set.of("/", "/healthz", "/readyz", "/openapi.json");

    private static final String SCHEME = "Bearer ";

    /** The paths that the operator's key opens. */
    private static final Pattern FOR_OPERATOR = Pattern.compile("/v1/keys(/.*)?|/v1/usage|/nodes|/metrics");

    private final ApiKeys operators;
    private final ApiKeys given;
    private final Projects projects;
    private final ProjectKeys stored;

    /**
     * A guard.
     *
     * @param given the keys of projects that the options have
     * @param projects have keys of the configuration
     * @param stored those that the database has
     */
    KeyGuard(ApiKeys operators, ApiKeys given, Projects projects, ProjectKeys stored) {
        this.operators = operators;
        this.given = given;
        this.projects = projects;
        this.stored = stored;
    }

    /** Whether there are any keys, so that each request needs one. */
    boolean keyed() {
        return !operators.isEmpty() || !given.isEmpty() || projects.keyed() || !stored.isEmpty();
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
        if (operators.project(key).isPresent()) {
            return operator(request.path());
        }
        Optional<Project> project = given.project(key).or(() -> projects.ofKey(key))
                .or(() -> stored.project(key));
        if (project.isEmpty()) {
            response.header("WWW-Authenticate", "Bearer realm=\"runnel\", error=\"invalid_token\"");
            throw unauthorized(
                    "Incorrect API key provided: " + ApiKeys.masked(key)
                            + ". Ask the operator of this server for a key.",
                    "invalid_api_key");
        }
        return project.get();
    }

    private static Project operator(String path) {
        if (FOR_OPERATOR.matcher(path).matches()) {
            return Project.OPERATOR;
        }
        throw new BadRequestException(403, ApiError.invalidRequest(
                "The operator's key is for /v1/keys, /v1/usage, /nodes and /metrics. Use a key of a project here.",
                null,
                "operator_key"));
    }

    private static String bearer(String header) {
        return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? header.substring(SCHEME.length()).strip()
                : "";
    }

    private static BadRequestException unauthorized(String message, @Nullable String code) {
        return new BadRequestException(401, ApiError.invalidRequest(message, null, code));
    }
}
