package dev.runnel.cli.objects;

import dev.runnel.cli.base.Given;
import dev.runnel.cli.servers.ServerOption;
import dev.runnel.cli.servers.Target;
import dev.runnel.cli.servers.TypedIds;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.vectorstore.SearchRequest;
import dev.runnel.protocol.vectorstore.SearchResult;
import dev.runnel.protocol.vectorstore.TextPart;
import dev.runnel.server.options.Kind;
import dev.runnel.server.options.Option;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code runnel search}: searches a vector store. */
@Command(name = "search", mixinStandardHelpOptions = true, description = "Searches a vector store, and prints the passages that fit best, the best first.", footer = {
    "  runnel search handbook \"How long is the warranty?\"",
    "  runnel search vs_abc123 warranty --limit 3 --json | jq -r .filename"})
public final class SearchCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "STORE", description = "The store's name, its id, or the id's beginning.")
    String store = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "QUESTION", description = "What to search for.")
    List<String> words = List.of();

    private static final Option<Integer> LIMIT = Option.of("limit", Kind.number("N", 1, 1_000_000_000), """
            Print at most this many passages, up to 50.""")
            .orElse(10);

    @Mixin
    final Given given = Given.of(LIMIT);

    @CommandLine.Option(names = "--json", description = "Print the passages as they are, one JSON object a line.")
    boolean json;

    @Mixin
    ServerOption server = new ServerOption();

    @Override
    public Integer call() {
        try (Target target = server.open()) {
            SearchRequest request = new SearchRequest(
                    JsonValue.of(String.join(" ", words)), given.values().get(LIMIT), null, null);
            List<SearchResult> results = target.client().vectorStores()
                    .search(new TypedIds(target.client()).store(store), request);
            results.forEach(this::print);
            if (results.isEmpty() && !json) {
                Terminal.dim("Nothing was found.");
            }
        }
        return 0;
    }

    private void print(SearchResult result) {
        if (json) {
            Terminal.print(JsonValue.of(result) + "\n");
            return;
        }
        String text = result.content().stream().map(TextPart::text).collect(Collectors.joining("\n")).strip();
        Terminal.write(Terminal.styled(Terminal.Style.BOLD,
                result.filename() + "  " + String.format(Locale.ROOT, "%.2f", result.score())) + "\n");
        Terminal.print(text + "\n\n");
    }
}
