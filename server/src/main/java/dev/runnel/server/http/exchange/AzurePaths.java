package dev.runnel.server.http.exchange;

import java.util.List;

/** Where clients that speak Azure's dialect of the protocol look for a route; the query parameter {@code api-version} has no meaning here. */
public final class AzurePaths {
    /** The parameter of a path that names the model. */
    public static final String DEPLOYMENT = "deployment";

    private static final String BASE = "/v1";
    private static final String CHAT = BASE + "/chat/completions";

    private AzurePaths() {}

    /** The paths of a route: its own, and those in the dialect if it is one of the protocol's. */
    public static List<String> of(String path) {
        if (!path.startsWith(BASE + "/")) {
            return List.of(path);
        }
        String rest = path.substring(BASE.length());
        return path.equals(CHAT)
                ? List.of(path, "/openai" + rest, "/openai/v1" + rest,
                        "/openai/deployments/{" + DEPLOYMENT + "}" + rest)
                : List.of(path, "/openai" + rest, "/openai/v1" + rest);
    }

    /** A path without the dialect. */
    public static String plain(String path) {
        return path.replaceFirst("^/openai(/v1|/deployments/[^/]+)?/", BASE + "/");
    }
}
