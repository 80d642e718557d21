package dev.runnel.cli;

import dev.runnel.client.BaseUrl;
import dev.runnel.client.RunnelClient;
import dev.runnel.server.model.DemoModel;
import dev.runnel.server.model.Model;
import dev.runnel.server.model.OpenAiModel;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that say where replies come from, and the order they count in. */
final class ModelSource {
    @Option(names = "--model-url", paramLabel = "URL", description = "An OpenAI-compatible model server, as in http://127.0.0.1:11434/v1. Or: RUNNEL_MODEL_URL.")
    @Nullable
    String url;

    @Option(names = "--model-key", paramLabel = "KEY", description = "The model server's key. Better: RUNNEL_MODEL_KEY, which the list of processes does not show.")
    @Nullable
    String key;

    @Spec(Spec.Target.MIXEE)
    @Nullable
    CommandSpec command;

    /** The model that the options and the environment name: a model server, the service of an OpenAI key, or the demo. */
    Model open(Map<String, String> environment) {
        String server = url != null ? url : set(environment, "RUNNEL_MODEL_URL");
        if (server != null) {
            return opened(server, key != null ? key : set(environment, "RUNNEL_MODEL_KEY"));
        }
        String openAiKey = set(environment, "OPENAI_API_KEY");
        if (openAiKey != null) {
            String base = set(environment, "OPENAI_BASE_URL");
            return opened(base == null ? RunnelClient.DEFAULT_BASE_URL : base, openAiKey);
        }
        return new DemoModel();
    }

    private Model opened(String server, @Nullable String serverKey) {
        try {
            return new OpenAiModel(server, serverKey);
        } catch (IllegalArgumentException e) {
            throw wrong("The model server's URL: " + e.getMessage());
        }
    }

    /** Refuses a model server that is where this one is to listen: each request would become another one. */
    void checkIsNot(String host, int port, Map<String, String> environment) {
        String openAi = set(environment, "OPENAI_API_KEY") == null ? null : set(environment, "OPENAI_BASE_URL");
        String named = set(environment, "RUNNEL_MODEL_URL");
        String server = url != null ? url : named != null ? named : openAi;
        if (server != null && BaseUrl.parse(server).isAt(host, port)) {
            String source = url != null ? "--model-url" : named != null ? "RUNNEL_MODEL_URL" : "OPENAI_BASE_URL";
            throw wrong(
                    source + " is " + BaseUrl.parse(server) + ", where this server itself is to listen: it would ask"
                            + " itself without end. Name the model server's URL with --model-url"
                            + (url == null && named == null ? ", or unset OPENAI_BASE_URL." : "."));
        }
    }

    private RuntimeException wrong(String message) {
        return command == null
                ? new IllegalArgumentException(message)
                : new CommandLine.ParameterException(command.commandLine(), message);
    }

    static @Nullable String set(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }
}
