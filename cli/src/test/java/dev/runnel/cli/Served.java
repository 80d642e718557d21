package dev.runnel.cli;

import dev.runnel.cli.base.Logs;
import dev.runnel.client.RunnelClient;
import dev.runnel.model.Model;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.server.RunnelServer;
import dev.runnel.server.model.OpenAiModel;
import dev.runnel.server.options.ServerOptions;
import dev.runnel.testkit.ScriptedModelServer;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** A server on a free port over scripted models, for commands to ask. */
final class Served implements AutoCloseable {
    final ScriptedModelServer models = ScriptedModelServer.start();
    final RunnelClient client;
    private final Path folder;
    private final Model model = new OpenAiModel(models.baseUri().toString(), null);
    private final RunnelServer server;

    Served(Path folder) {
        Logs.configure();
        this.folder = folder;
        server = RunnelServer.start(
                ServerOptions.local("sqlite:" + folder.resolve("served.db")),
                model);
        client = RunnelClient.builder().baseUrl(url()).build();
    }

    String url() {
        return "http://127.0.0.1:" + server.port() + "/v1";
    }

    /** Starts a command that knows the server by its environment. */
    Command start(String... arguments) {
        return Command.start(folder, Map.of("RUNNEL_SERVER", url()), arguments);
    }

    Command.Result run(String... arguments) {
        try (Command command = start(arguments)) {
            return command.end("");
        }
    }

    Command.Result say(String input, String... arguments) {
        try (Command command = start(arguments)) {
            return command.end(input);
        }
    }

    String assistant() {
        return client.assistants().create(AssistantRequest.builder("scripted-model").name("Ann").build()).id();
    }

    /** Objects beyond those that a test made itself. */
    Stream<String> assistantNames() {
        return client.assistants().list().stream().map(each -> String.valueOf(each.name()));
    }

    @Override
    public void close() {
        client.close();
        server.close();
        model.close();
        models.close();
    }
}
