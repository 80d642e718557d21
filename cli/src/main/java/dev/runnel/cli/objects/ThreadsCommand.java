package dev.runnel.cli.objects;

import dev.runnel.cli.servers.Target;
import dev.runnel.cli.servers.TypedIds;
import dev.runnel.cli.terminal.Lines;
import dev.runnel.cli.terminal.Table;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.JsonValue;
import dev.runnel.protocol.Message;
import dev.runnel.protocol.Role;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code runnel threads}: lists, shows and removes threads. */
@Command(name = "threads", mixinStandardHelpOptions = true, description = "Lists a server's threads, the latest first, each with its first words. Only Runnel can list threads.", footer = {
    "  runnel threads --limit 5",
    "  runnel threads show thread_abc123",
    "  runnel threads --server http://127.0.0.1:8080/v1 --json | jq -r .id"})
public final class ThreadsCommand implements Callable<Integer> {
    @Mixin
    ListOptions listing = new ListOptions();

    @Override
    public Integer call() {
        try (Target target = listing.open()) {
            RunnelClient client = target.client();
            List<AssistantThread> threads = client.threads().list().pagesOf(listing.page()).stream()
                    .limit(listing.limit()).toList();
            listing.print("threads", threads, new Table("ID*", "CREATED", "BEGINS"), thread -> new String[] {
                thread.id(), Table.time(thread.createdAt()), beginning(client, thread.id())});
        }
        return 0;
    }

    private static String beginning(RunnelClient client, String thread) {
        List<Message> first = client.messages().list(thread).oldestFirst().pagesOf(1).page().data();
        return first.isEmpty() ? "" : Table.beginning(first.getFirst().text());
    }

    /** {@code runnel threads show}. */
    @Command(name = "show", mixinStandardHelpOptions = true, description = "Prints the messages of a thread, the oldest first.")
    int show(@Parameters(paramLabel = "ID", description = "The thread's id, or its beginning.") String id) {
        try (Target target = listing.open()) {
            String thread = new TypedIds(target.client()).thread(id);
            for (Message message : target.client().messages().list(thread).oldestFirst().pagesOf(listing.page())) {
                if (listing.json) {
                    Terminal.print(JsonValue.of(message) + "\n");
                    continue;
                }
                String said = message.text().strip();
                Terminal.print(message.role() == Role.USER
                        ? Lines.PROMPT + said.replace("\n", "\n" + Lines.MORE) + "\n"
                        : said + "\n\n");
            }
        }
        return 0;
    }

    /** {@code runnel threads rm}. */
    @Command(name = "rm", mixinStandardHelpOptions = true, description = "Removes threads, with their messages and runs.")
    int remove(
            @Parameters(paramLabel = "ID", arity = "1..*", description = "The threads' ids, or their beginnings.") List<String> ids) {
        try (Target target = listing.open()) {
            for (String id : ids) {
                String thread = new TypedIds(target.client()).thread(id);
                target.client().threads().delete(thread);
                Terminal.line("Removed " + thread + ".");
            }
        }
        return 0;
    }
}
