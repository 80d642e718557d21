package dev.runnel.cli;

import dev.runnel.client.BaseUrl;
import dev.runnel.client.RunnelClient;
import dev.runnel.demo.DemoModel;
import dev.runnel.model.Model;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that name a model server, and the order in which they and the environment count. */
final class ModelSource {
    @Option(names = "--model-url", paramLabel = "URL", description = "Ask this OpenAI-compatible model server, as in http://127.0.0.1:11434/v1. Or: RUNNEL_MODEL_URL.")
    @Nullable
    String url;

    @Option(names = "--model-key", paramLabel = "KEY", description = "The model server's key. Better: RUNNEL_MODEL_KEY, because other users of this machine can read a command's options.")
    @Nullable
    String key;

    @Spec(Spec.Target.MIXEE)
    @Nullable
    CommandSpec command;

    /** The model server that the options name, or else the environment; null if none is named. */
    @Nullable
    Origin origin(Map<String, String> environment) {
        String server = url != null ? url : set(environment, "RUNNEL_MODEL_URL");
        if (server != null) {
            return key != null
                    ? new Origin(server, key, "--model-key", true)
                    : new Origin(server, set(environment, "RUNNEL_MODEL_KEY"), "RUNNEL_MODEL_KEY", true);
        }
        String openAiKey = set(environment, "OPENAI_API_KEY");
        String base = set(environment, "OPENAI_BASE_URL");
        return openAiKey == null && base == null ? null
                : new Origin(base == null ? RunnelClient.DEFAULT_BASE_URL : base, openAiKey, "OPENAI_API_KEY", false);
    }

    /** The model server that is named, or the built-in demo model. */
    Model open(Map<String, String> environment) {
        Origin origin = origin(environment);
        try {
            return origin == null ? new DemoModel() : origin.open();
        } catch (IllegalArgumentException e) {
            throw wrong("The model server's URL: " + e.getMessage());
        }
    }

    /** Refuses a model server with the address of this server: each request would cause another one. */
    void checkIsNot(String host, int port, Map<String, String> environment) {
        Origin origin = origin(environment);
        if (origin != null && BaseUrl.parse(origin.url()).isAt(host, port)) {
            String source = url != null ? "--model-url" : origin.meant() ? "RUNNEL_MODEL_URL" : "OPENAI_BASE_URL";
            throw wrong(
                    source + " is " + BaseUrl.parse(origin.url())
                            + ", the address of this server itself: it would ask"
                            + " itself without end. Name the model server's URL with --model-url"
                            + (origin.meant() ? "." : ", or unset OPENAI_BASE_URL."));
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
