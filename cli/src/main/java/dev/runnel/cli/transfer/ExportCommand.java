package dev.runnel.cli.transfer;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.base.Given;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.server.engine.transfer.Exporter;
import dev.runnel.server.engine.transfer.TransferCounts;
import dev.runnel.server.options.ServerOptions;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code runnel export}: all objects of a database, into a file. */
@Command(name = "export", mixinStandardHelpOptions = true, description = "Writes all objects of a database to a file, as JSON lines: assistants, files, vector stores, threads, messages, runs and run steps. A server may use the database meanwhile.")
public final class ExportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "A new file to write; - for standard output.")
    String file = "";

    @Option(names = "--without-vectors", description = "Leave out the vectors of vector stores: the file is smaller, and the server embeds the texts again after the import.")
    boolean withoutVectors;

    @Mixin
    final Given given = Given.of(ServerOptions.DATABASE);

    @Override
    public Integer call() {
        String url = given.values().get(ServerOptions.DATABASE);
        try {
            TransferCounts counts = file.equals("-")
                    ? export(url, new FileOutputStream(FileDescriptor.out))
                    : exportTo(url, Path.of(file).toAbsolutePath());
            Terminal.line("Exported " + counts + ".");
            if (counts.filesWithoutContent() > 0) {
                Terminal.line("Files without content: " + counts.filesWithoutContent() + ".");
            }
            return 0;
        } catch (IOException | UncheckedIOException e) {
            throw new CommandException(file + " cannot be written: " + e.getMessage());
        }
    }

    /** Writes under another name until the file is complete. Only its owner can read it. */
    private TransferCounts exportTo(String url, Path target) throws IOException {
        if (Files.exists(target)) {
            throw new CommandException(target + " already exists; choose another name");
        }
        Path folder = target.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new CommandException("there is no folder " + folder + "; make it first");
        }
        Path unfinished = Files.createTempFile(folder, target.getFileName() + ".", ".unfinished");
        try {
            TransferCounts counts = export(url, Files.newOutputStream(unfinished));
            Files.move(unfinished, target);
            return counts;
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private TransferCounts export(String url, OutputStream target) throws IOException {
        try (OutputStream out = new BufferedOutputStream(target)) {
            return Exporter.export(url, !withoutVectors, out);
        }
    }
}
