package dev.runnel.cli.objects;

import dev.runnel.cli.reply.RunView;
import dev.runnel.cli.servers.Target;
import dev.runnel.cli.servers.TypedIds;
import dev.runnel.cli.terminal.Table;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.Pages;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStatus;
import dev.runnel.protocol.Usage;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** {@code runnel runs}: lists, shows and cancels runs. */
@Command(name = "runs", mixinStandardHelpOptions = true, description = "Lists runs, the latest first: of a thread, or of a server's latest threads.", footer = {
    "  runnel runs --thread thread_abc123",
    "  runnel runs show run_abc123",
    "  runnel runs cancel run_abc123",
    "  runnel runs --json | jq -r 'select(.status == \"failed\") | .last_error.message'"})
public final class RunsCommand implements Callable<Integer> {
    private static final int THREADS_SEARCHED = 100;

    @Option(names = "--thread", paramLabel = "ID", scope = ScopeType.INHERIT, description = "The thread, by its id or its beginning. Without it, the latest "
            + THREADS_SEARCHED + " threads.")
    @Nullable
    String thread;

    @Mixin
    ListOptions listing = new ListOptions();

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
            return ofThread(client, new TypedIds(client).thread(thread)).limit(listing.limit()).toList();
        }
        return client.threads().list().pagesOf(THREADS_SEARCHED).page().data().stream()
                .flatMap(each -> ofThread(client, each.id()).limit(listing.limit()))
                .sorted(Comparator.comparingLong(Run::createdAt).reversed())
                .limit(listing.limit())
                .toList();
    }

    private Stream<Run> ofThread(RunnelClient client, String id) {
        Pages<Run> runs = client.runs().list(id).pagesOf(listing.page());
        return runs.stream();
    }

    private static String tokens(@Nullable Usage usage) {
        return usage == null ? "" : Long.toString(usage.totalTokens());
    }

    /** {@code runnel runs show}. */
    @Command(name = "show", mixinStandardHelpOptions = true, description = "Prints a run: its status, its time and tokens, and why it failed.")
    int show(@Parameters(paramLabel = "ID", description = "The run's id, or its beginning.") String id) {
        try (Target target = listing.open()) {
            Run run = new TypedIds(target.client()).run(id, thread);
            Map<String, @Nullable Object> lines = new LinkedHashMap<>();
            lines.put("id", run.id());
            lines.put("status", run.status().wire());
            lines.put("model", run.model());
            lines.put("thread", run.threadId());
            lines.put("assistant", run.assistantId());
            lines.put("created", Table.time(run.createdAt()));
            lines.put("started", time(run.startedAt()));
            lines.put("completed", time(run.completedAt()));
            lines.put("cancelled", time(run.cancelledAt()));
            lines.put("failed", time(run.failedAt()));
            Usage usage = run.usage();
            lines.put("tokens", usage == null ? null
                    : usage.totalTokens() + " (" + usage.promptTokens() + " read, " + usage.completionTokens()
                            + " written)");
            LastError error = run.lastError();
            lines.put("error", error == null ? null : error.code() + ": " + error.message());
            lines.put("waits for", run.status() == RunStatus.REQUIRES_ACTION ? RunView.wanted(run) : null);
            listing.print(run, lines);
        }
        return 0;
    }

    private static @Nullable String time(@Nullable Long seconds) {
        return seconds == null ? null : Table.time(seconds);
    }

    /** {@code runnel runs cancel}. */
    @Command(name = "cancel", mixinStandardHelpOptions = true, description = "Cancels a run. Its messages stay.")
    int cancel(@Parameters(paramLabel = "ID", description = "The run's id, or its beginning.") String id) {
        try (Target target = listing.open()) {
            Run run = new TypedIds(target.client()).run(id, thread);
            Run cancelled = target.client().runs().cancel(run.threadId(), run.id());
            Terminal.line(run.id() + " is " + cancelled.status().wire() + ".");
        }
        return 0;
    }
}
