package dev.runnel.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code runnel doctor} looks at.
 *
 * @param kind what it should be
 * @param url what paths are appended to; empty for {@link Kind#EMBEDDED}
 * @param key null for none
 * @param keyFrom where the key comes from, or where it would; empty if it could come from nowhere
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

    /** What the options name, or else the environment, in the order in which the other commands look at it. */
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
