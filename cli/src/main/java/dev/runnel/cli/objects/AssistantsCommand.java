package dev.runnel.cli.objects;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.servers.Target;
import dev.runnel.cli.servers.TypedIds;
import dev.runnel.cli.terminal.Table;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.AssistantRequest;
import dev.runnel.protocol.ModelInfo;
import dev.runnel.protocol.Tool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code runnel assistants}: lists, shows, creates and removes assistants. */
@Command(name = "assistants", mixinStandardHelpOptions = true, description = "Lists a server's assistants, the latest first.", footer = {
    "  runnel assistants",
    "  runnel assistants create -m qwen3:32b --name Poet -s \"Answer in verse.\"",
    "  runnel chat --assistant asst_abc123 --server http://127.0.0.1:8080/v1"})
public final class AssistantsCommand implements Callable<Integer> {
    @Mixin
    ListOptions listing = new ListOptions();

    @Override
    public Integer call() {
        try (Target target = listing.open()) {
            List<Assistant> assistants = target.client().assistants().list().pagesOf(listing.page()).stream()
                    .limit(listing.limit()).toList();
            Table table = new Table("ID*", "CREATED", "MODEL", "NAME", "TOOLS");
            listing.print("assistants", assistants, table, assistant -> new String[] {
                assistant.id(), Table.time(assistant.createdAt()), assistant.model(),
                Table.beginning(Objects.requireNonNullElse(assistant.name(), "")), tools(assistant.tools())});
        }
        return 0;
    }

    private static String tools(List<Tool> tools) {
        return tools.stream()
                .map(tool -> tool instanceof Tool.Function function ? function.function().name() : tool.type())
                .collect(Collectors.joining(", "));
    }

    /** {@code runnel assistants show}. */
    @Command(name = "show", mixinStandardHelpOptions = true, description = "Prints an assistant.")
    int show(@Parameters(paramLabel = "ID", description = "The assistant's id, or its beginning.") String id) {
        try (Target target = listing.open()) {
            Assistant assistant = target.client().assistants().get(new TypedIds(target.client()).assistant(id));
            Map<String, @Nullable Object> lines = new LinkedHashMap<>();
            lines.put("id", assistant.id());
            lines.put("created", Table.time(assistant.createdAt()));
            lines.put("model", assistant.model());
            lines.put("name", assistant.name());
            lines.put("description", assistant.description());
            lines.put("tools", tools(assistant.tools()));
            lines.put("temperature", assistant.temperature());
            lines.put("instructions", assistant.instructions());
            listing.print(assistant, lines);
        }
        return 0;
    }

    /** {@code runnel assistants create}. */
    @Command(name = "create", mixinStandardHelpOptions = true, description = "Makes an assistant, and prints its id.")
    int create(
            @Option(names = {"-m",
                "--model"}, paramLabel = "NAME", description = "Its model. Default: the one model that the server lists.") @Nullable String model,
            @Option(names = "--name", paramLabel = "TEXT", description = "Its name.") @Nullable String name,
            @Option(names = {"-s",
                "--system"}, paramLabel = "TEXT", description = "Its instructions.") @Nullable String system,
            @Option(names = "--temperature", paramLabel = "T", description = "From 0 to 2. Default: the server's.") @Nullable Double temperature) {
        try (Target target = listing.open()) {
            AssistantRequest.Builder request = AssistantRequest.builder(model != null ? model : onlyModel(target));
            if (name != null) {
                request.name(name);
            }
            if (system != null) {
                request.instructions(system);
            }
            if (temperature != null) {
                request.temperature(temperature);
            }
            Assistant made = target.client().assistants().create(request.build());
            if (listing.json) {
                listing.print(made, Map.of());
            } else {
                Terminal.print(made.id() + "\n");
            }
        }
        return 0;
    }

    private static String onlyModel(Target target) {
        List<String> names = target.client().models().list().stream().map(ModelInfo::id).toList();
        if (names.size() != 1) {
            throw new CommandException("name a model with --model NAME; 'runnel models' lists the models.");
        }
        return names.getFirst();
    }

    /** {@code runnel assistants rm}. */
    @Command(name = "rm", mixinStandardHelpOptions = true, description = "Removes assistants. Their threads stay.")
    int remove(
            @Parameters(paramLabel = "ID", arity = "1..*", description = "The assistants' ids, or their beginnings.") List<String> ids) {
        try (Target target = listing.open()) {
            for (String id : ids) {
                String assistant = new TypedIds(target.client()).assistant(id);
                target.client().assistants().delete(assistant);
                Terminal.line("Removed " + assistant + ".");
            }
        }
        return 0;
    }
}
