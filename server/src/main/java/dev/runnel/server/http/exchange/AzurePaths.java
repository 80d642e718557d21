package dev.runnel.server.http.exchange;

import java.util.List;

/**
 * The paths that a route has for clients of Azure's dialect of the protocol. The query parameter {@code api-version}
 * has no meaning here.
 */
public final class AzurePaths {
    /** The path parameter that names the model. */
    public static final String DEPLOYMENT = "deployment";

    private static final String BASE = "/v1";
    private static final String CHAT = BASE + "/chat/completions";

    private AzurePaths() {}

    /** All paths of a route: its own, and those in Azure's dialect if the route belongs to the protocol. */
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

    /** Turns a path in Azure's dialect into the plain one. Other paths stay as they are. */
    public static String plain(String path) {
        return path.replaceFirst("^/openai(/v1|/deployments/[^/]+)?/", BASE + "/");
    }
}
