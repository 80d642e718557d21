package dev.runnel.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The server that {@code runnel doctor} checks.
 *
 * @param kind its expected kind
 * @param url what paths are appended to; empty for {@link Kind#EMBEDDED}
 * @param key null for none
 * @param keyFrom the option or variable of the key; empty if there is none
 */
record Subject(Kind kind, String url, @Nullable String key, String keyFrom) {

    /** The kinds of servers. */
    enum Kind {
        /** A server that has assistants, such as Runnel. */
        SERVER("server"),
        /** A server that has models only. */
        MODELS("model server"),
        /** The one that commands start for themselves, with the built-in model. */
        EMBEDDED("server");

        final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    /** The server of the options, or else of the environment, in the same order as in the other commands. */
    static Subject of(ServerOption server, ModelSource models, Map<String, String> environment) {
        if (server.url != null || (models.url == null && server.named(environment) != null)) {
            String from = server.key != null ? "--api-key" : "RUNNEL_API_KEY";
            return new Subject(
                    Kind.SERVER, Target.base(String.valueOf(server.named(environment))), server.key(environment), from);
        }
        Origin origin = models.origin(environment);
        if (origin != null) {
            return new Subject(Kind.MODELS, origin.url(), origin.key(), origin.keyFrom());
        }
        return new Subject(Kind.EMBEDDED, "", null, "");
    }
}
