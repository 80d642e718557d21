package dev.runnel.cli;

import dev.runnel.client.RunnelClient;
import dev.runnel.server.model.DemoModel;
import dev.runnel.server.model.Model;
import dev.runnel.server.model.OpenAiModel;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where replies come from, and the order they count in. */
final class ModelSource {
    @Option(names = "--model-url", paramLabel = "URL", description = "An OpenAI-compatible model server, as in http://127.0.0.1:11434/v1. Or: RUNNEL_MODEL_URL.")
    @Nullable
    String url;

    @Option(names = "--model-key", paramLabel = "KEY", description = "The model server's key. Better: RUNNEL_MODEL_KEY, which the list of processes does not show.")
    @Nullable
    String key;

    /** The model that the options and the environment name: a model server, the service of an OpenAI key, or the demo. */
    Model open(Map<String, String> environment) {
        String server = url != null ? url : set(environment, "RUNNEL_MODEL_URL");
        if (server != null) {
            return new OpenAiModel(server, key != null ? key : set(environment, "RUNNEL_MODEL_KEY"));
        }
        String openAiKey = set(environment, "OPENAI_API_KEY");
        if (openAiKey != null) {
            String base = set(environment, "OPENAI_BASE_URL");
            return new OpenAiModel(base == null ? RunnelClient.DEFAULT_BASE_URL : base, openAiKey);
        }
        return new DemoModel();
    }

    static @Nullable String set(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }
}
