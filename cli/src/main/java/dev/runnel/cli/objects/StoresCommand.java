package dev.runnel.cli.objects;

import dev.runnel.cli.servers.Target;
import dev.runnel.cli.servers.TypedIds;
import dev.runnel.cli.terminal.Table;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.RunnelClient;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.vectorstore.StoreFile;
import dev.runnel.protocol.vectorstore.VectorStore;
import dev.runnel.protocol.vectorstore.VectorStoreRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code runnel stores}: lists, shows, makes and removes vector stores. */
@Command(name = "stores", mixinStandardHelpOptions = true, description = "Lists a server's vector stores, the latest first: collections of files that assistants search.", footer = {
    "  runnel stores create handbook docs/",
    "  runnel stores show handbook",
    "  runnel search handbook \"How long is the warranty?\""})
public final class StoresCommand implements Callable<Integer> {
    @Mixin
    ListOptions listing = new ListOptions();

    @Override
    public Integer call() {
        try (Target target = listing.open()) {
            List<VectorStore> stores = target.client().vectorStores().list().pagesOf(listing.page()).stream()
                    .limit(listing.limit()).toList();
            Table table = new Table("ID*", "CREATED", "STATUS", "FILES", "NAME");
            listing.print("vector stores", stores, table, store -> new String[] {
                store.id(), Table.time(store.createdAt()), store.status().wire(),
                Long.toString(store.fileCounts().total()), store.name()});
        }
        return 0;
    }

    /** {@code runnel stores show}. */
    @Command(name = "show", mixinStandardHelpOptions = true, description = "Lists the files of a vector store, with their status.")
    int show(
            @Parameters(paramLabel = "STORE", description = "The store's name, its id, or the id's beginning.") String name) {
        try (Target target = listing.open()) {
            RunnelClient client = target.client();
            String store = new TypedIds(client).store(name);
            List<StoreFile> files = client.vectorStores().files(store).pagesOf(listing.page()).stream()
                    .limit(listing.limit()).toList();
            listing.print("files in it", files, new Table("ID*", "STATUS", "NAME"), file -> new String[] {
                file.id(), status(file), client.files().get(file.id()).filename()});
        }
        return 0;
    }

    private static String status(StoreFile file) {
        LastError error = file.lastError();
        return error == null ? file.status().wire() : file.status().wire() + ": " + error.message();
    }

    /** {@code runnel stores create}. */
    @Command(name = "create", mixinStandardHelpOptions = true, description = "Makes a vector store of files, waits until they can be searched, and prints the store's id.")
    int create(
            @Parameters(index = "0", paramLabel = "NAME", description = "Its name.") String name,
            @Parameters(index = "1..*", paramLabel = "FILE", description = "Files, folders, or patterns in quotes.") List<String> names) {
        List<Path> files = names == null ? List.of() : SearchedFiles.find(names);
        try (Target target = listing.open()) {
            RunnelClient client = target.client();
            VectorStore store = client.vectorStores().create(VectorStoreRequest.named(name));
            if (!files.isEmpty()) {
                SearchedFiles.add(client, store.id(), files);
            }
            if (listing.json) {
                listing.print(client.vectorStores().get(store.id()), Map.of());
            } else {
                Terminal.print(store.id() + "\n");
            }
        }
        return 0;
    }

    /** {@code runnel stores rm}. */
    @Command(name = "rm", mixinStandardHelpOptions = true, description = "Removes vector stores. Their files stay.")
    int remove(
            @Parameters(paramLabel = "STORE", arity = "1..*", description = "The stores' names, ids, or the ids' beginnings.") List<String> names) {
        try (Target target = listing.open()) {
            for (String name : names) {
                String store = new TypedIds(target.client()).store(name);
                target.client().vectorStores().delete(store);
                Terminal.line("Removed " + store + ".");
            }
        }
        return 0;
    }
}
