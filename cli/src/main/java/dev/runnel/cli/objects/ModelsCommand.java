package dev.runnel.cli.objects;

import dev.runnel.cli.servers.ModelChoice;
import dev.runnel.cli.servers.ModelOrigin;
import dev.runnel.cli.servers.ModelSource;
import dev.runnel.cli.servers.ServerOption;
import dev.runnel.cli.servers.Target;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.RunnelClient;
import dev.runnel.demo.DemoModel;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.ModelInfo;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code runnel models}: lists the models of a server. */
@Command(name = "models", mixinStandardHelpOptions = true, description = "Lists the models of the server that 'runnel run' would ask.", footer = {
    "  runnel models --model-url http://127.0.0.1:11434/v1",
    "  runnel models --server http://127.0.0.1:8080"})
public final class ModelsCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print the objects as they are, one JSON object a line.")
    boolean json;

    @Mixin
    ServerOption server = new ServerOption();

    @Mixin
    ModelSource modelSource = new ModelSource();

    @Override
    public Integer call() {
        List<ModelInfo> models = models();
        models.forEach(model -> Terminal.print((json ? JsonValue.of(model) : model.id()) + "\n"));
        List<String> names = models.stream().map(ModelInfo::id).toList();
        if (names.isEmpty()) {
            Terminal.dim("The server lists no model.");
        } else if (!json) {
            Terminal.dim(ModelChoice.of(names) + " answers if you name no model.");
        }
        return 0;
    }

    private List<ModelInfo> models() {
        String named = server.named();
        ModelOrigin origin = modelSource.origin();
        if (named == null && origin == null) {
            return List.of(new ModelInfo(DemoModel.NAME, 0, ""));
        } else if (named != null || origin == null) {
            try (Target target = server.open()) {
                return target.client().models().list();
            }
        }
        try (RunnelClient client = origin.client()) {
            return client.models().list();
        }
    }
}
