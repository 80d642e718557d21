package dev.runnel.cli.servers;

import dev.runnel.cli.base.Environment;
import dev.runnel.cli.base.Given;
import dev.runnel.client.RunnelClient;
import dev.runnel.server.options.Kind;
import dev.runnel.server.options.Option;
import dev.runnel.server.options.OptionValues;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** The options that name a model server, and the order in which they and the environment count. */
public final class ModelSource {
    public static final Option<String> URL = Option.of("model-url", Kind.text("URL"), """
            Ask this OpenAI-compatible model server, as in http://127.0.0.1:11434/v1.""")
            .variable("RUNNEL_MODEL_URL");

    public static final Option<String> KEY = Option
            .of("model-key", Kind.text("KEY").ofSecrets(), "The model server's key.")
            .variable("RUNNEL_MODEL_KEY");

    /** An official SDK's variables, which other programs may need. */
    private static final String SDK_URL = "OPENAI_BASE_URL";
    public static final String SDK_KEY = "OPENAI_API_KEY";

    @Mixin
    public final Given given = Given.of(URL, KEY);

    public OptionValues values() {
        return given.values();
    }

    /** The model server that the options name, or else the variables of an official SDK; null if none is named. */
    @Nullable
    public ModelOrigin origin() {
        return origin(values());
    }

    /** As {@link #origin()}, for these values of the options. */
    @Nullable
    public static ModelOrigin origin(OptionValues values) {
        String server = values.find(URL);
        if (server != null) {
            return new ModelOrigin(server, values.find(KEY), values.name(KEY), values.name(URL), true);
        }
        String base = Environment.get(SDK_URL);
        String key = Environment.get(SDK_KEY);
        return base == null && key == null ? null
                : new ModelOrigin(base == null ? RunnelClient.DEFAULT_BASE_URL : base, key, SDK_KEY, SDK_URL, false);
    }
}
