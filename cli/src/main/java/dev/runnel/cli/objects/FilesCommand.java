package dev.runnel.cli.objects;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.servers.Target;
import dev.runnel.cli.terminal.Table;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.FileUpload;
import dev.runnel.protocol.FileObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code runnel files}: lists, uploads and removes files. */
@Command(name = "files", mixinStandardHelpOptions = true, description = "Lists a server's files, the latest first.", footer = {
    "  runnel files",
    "  runnel files add handbook.pdf",
    "  runnel files rm file-abc123"})
public final class FilesCommand implements Callable<Integer> {
    @Mixin
    ListOptions listing = new ListOptions();

    @Override
    public Integer call() {
        try (Target target = listing.open()) {
            List<FileObject> files = target.client().files().list().pagesOf(listing.page()).stream()
                    .limit(listing.limit()).toList();
            listing.print("files", files, new Table("ID*", "CREATED", "BYTES", "NAME"), file -> new String[] {
                file.id(), Table.time(file.createdAt()), Long.toString(file.bytes()), file.filename()});
        }
        return 0;
    }

    /** {@code runnel files add}. */
    @Command(name = "add", mixinStandardHelpOptions = true, description = "Uploads files, and prints their ids.")
    int add(
            @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files, folders, or patterns in quotes.") List<String> names) {
        List<Path> files = SearchedFiles.find(names);
        try (Target target = listing.open()) {
            for (Path file : files) {
                FileObject uploaded = target.client().files().create(FileUpload.of(file, "assistants"));
                if (listing.json) {
                    listing.print(uploaded, Map.of());
                } else {
                    Terminal.print(uploaded.id() + "\n");
                }
            }
        } catch (IOException e) {
            throw new CommandException("a file cannot be read: " + e.getMessage());
        }
        return 0;
    }

    /** {@code runnel files rm}. */
    @Command(name = "rm", mixinStandardHelpOptions = true, description = "Removes files, also from all vector stores.")
    int remove(@Parameters(paramLabel = "ID", arity = "1..*", description = "The files' ids.") List<String> ids) {
        try (Target target = listing.open()) {
            for (String id : ids) {
                target.client().files().delete(id);
                Terminal.line("Removed " + id + ".");
            }
        }
        return 0;
    }
}
