package dev.runnel.cli;

import dev.runnel.protocol.Assistant;
import dev.runnel.protocol.Tool;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code runnel assistants}: what assistants there are. */
@Command(name = "assistants", mixinStandardHelpOptions = true, description = "Lists a server's assistants, the latest first.", footerHeading = "%nExamples:%n", footer = {
    "  runnel assistants",
    "  runnel chat --assistant asst_abc123 --server http://127.0.0.1:8080/v1"})
final class AssistantsCommand implements Callable<Integer> {
    @Mixin
    Listing listing = new Listing();

    @Override
    public Integer call() {
        try (Target target = listing.open()) {
            List<Assistant> assistants = target.client().assistants().list().pagesOf(listing.page()).stream()
                    .limit(listing.limit).toList();
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
}
