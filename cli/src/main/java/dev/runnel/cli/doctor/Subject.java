package dev.runnel.cli.doctor;

import dev.runnel.cli.servers.ModelOrigin;
import dev.runnel.cli.servers.ModelSource;
import dev.runnel.cli.servers.ServerOption;
import dev.runnel.cli.servers.Target;
import dev.runnel.server.options.OptionValues;
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
    static Subject of(ServerOption server, ModelSource models) {
        OptionValues values = server.values();
        String named = values.find(ServerOption.URL);
        if (named != null && (values.typed(ServerOption.URL) || !models.values().typed(ModelSource.URL))) {
            return new Subject(Kind.SERVER, Target.base(named), values.find(ServerOption.KEY),
                    values.name(ServerOption.KEY));
        }
        ModelOrigin origin = models.origin();
        if (origin != null) {
            return new Subject(Kind.MODELS, origin.url(), origin.key(), origin.keyFrom());
        }
        return new Subject(Kind.EMBEDDED, "", null, "");
    }
}
