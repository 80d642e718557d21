package dev.runnel.cli;

import dev.runnel.client.RunnelClient;
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
        String url = models.url != null ? models.url : ModelSource.set(environment, "RUNNEL_MODEL_URL");
        if (url != null) {
            boolean given = models.key != null;
            String key = given ? models.key : ModelSource.set(environment, "RUNNEL_MODEL_KEY");
            return new Subject(Kind.MODELS, url, key, given ? "--model-key" : "RUNNEL_MODEL_KEY");
        }
        String openAi = ModelSource.set(environment, "OPENAI_API_KEY");
        if (openAi != null) {
            String base = ModelSource.set(environment, "OPENAI_BASE_URL");
            return new Subject(
                    Kind.MODELS, base == null ? RunnelClient.DEFAULT_BASE_URL : base, openAi, "OPENAI_API_KEY");
        }
        return new Subject(Kind.EMBEDDED, "", null, "");
    }
}
