package dev.runnel.cli;

import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.AssistantThread;
import dev.runnel.protocol.Message;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code runnel threads}: what conversations there are. */
@Command(name = "threads", mixinStandardHelpOptions = true, description = "Lists a server's threads, the latest first, each with how it begins. Only Runnel has such a list.", footerHeading = "%nExamples:%n", footer = {
    "  runnel threads --limit 5",
    "  runnel threads --server http://127.0.0.1:8080/v1 --json | jq -r .id"})
final class ThreadsCommand implements Callable<Integer> {
    @Mixin
    Listing listing = new Listing();

    @Override
    public Integer call() {
        try (Target target = listing.open()) {
            RunnelClient client = target.client();
            List<AssistantThread> threads = client.threads().list().pagesOf(listing.page()).stream()
                    .limit(listing.limit).toList();
            listing.print("threads", threads, new Table("ID*", "CREATED", "BEGINS"), thread -> new String[] {
                thread.id(), Table.time(thread.createdAt()), beginning(client, thread.id())});
        }
        return 0;
    }

    private static String beginning(RunnelClient client, String thread) {
        List<Message> first = client.messages().list(thread).oldestFirst().pagesOf(1).page().data();
        return first.isEmpty() ? "" : Table.beginning(first.getFirst().text());
    }
}
