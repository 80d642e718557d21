package dev.runnel.cli;

import dev.runnel.client.Pages;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.Usage;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code runnel runs}: what runs there are, and how they stand. */
@Command(name = "runs", mixinStandardHelpOptions = true, description = "Lists runs, the latest first: of a thread, or of a server's latest threads.", footerHeading = "%nExamples:%n", footer = {
    "  runnel runs --thread thread_abc123",
    "  runnel runs --json | jq -r 'select(.status == \"failed\") | .last_error.message'"})
final class RunsCommand implements Callable<Integer> {
    private static final int THREADS_SEARCHED = 100;

    @Option(names = "--thread", paramLabel = "ID", description = "Whose runs. Without it, those of the latest "
            + THREADS_SEARCHED + " threads.")
    @Nullable
    String thread;

    @Mixin
    Listing listing = new Listing();

    @Override
    public Integer call() {
        try (Target target = listing.open()) {
            List<Run> runs = runs(target.client());
            Table table = new Table("ID*", "CREATED", "STATUS", "MODEL", "TOKENS", "THREAD*");
            listing.print("runs", runs, table, run -> new String[] {
                run.id(), Table.time(run.createdAt()), run.status().wire(), run.model(), tokens(run.usage()),
                run.threadId()});
        }
        return 0;
    }

    private List<Run> runs(RunnelClient client) {
        if (thread != null) {
            return ofThread(client, thread).limit(listing.limit).toList();
        }
        return client.threads().list().pagesOf(THREADS_SEARCHED).page().data().stream()
                .flatMap(each -> ofThread(client, each.id()).limit(listing.limit))
                .sorted(Comparator.comparingLong(Run::createdAt).reversed())
                .limit(listing.limit)
                .toList();
    }

    private Stream<Run> ofThread(RunnelClient client, String id) {
        Pages<Run> runs = client.runs().list(id).pagesOf(listing.page());
        return runs.stream();
    }

    private static String tokens(@Nullable Usage usage) {
        return usage == null ? "" : Long.toString(usage.totalTokens());
    }
}
