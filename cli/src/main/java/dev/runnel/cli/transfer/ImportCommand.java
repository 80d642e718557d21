package dev.runnel.cli.transfer;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.base.Given;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.transfer.ImportException;
import dev.runnel.server.engine.transfer.Importer;
import dev.runnel.server.engine.transfer.TransferCounts;
import dev.runnel.server.options.ServerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code runnel import}: the objects in a file, into a database. */
@Command(name = "import", mixinStandardHelpOptions = true, description = "Imports a file that export wrote, or objects as the hosted API returned them: JSON objects one after another, in arrays or in list pages. It imports all or nothing, and keeps ids. No server may run on the database.")
public final class ImportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The file to read; - for standard input.")
    String file = "";

    @Option(names = "--project", paramLabel = "NAME", defaultValue = "default", description = "The project of objects for which the file names none. Default: ${DEFAULT-VALUE}.")
    String project = Project.DEFAULT.name();

    @Option(names = "--partial", description = "Import the objects of an export that was cut off.")
    boolean partial;

    @Mixin
    final Given given = Given.of(ServerOptions.DATABASE);

    @Override
    public Integer call() {
        if (!file.equals("-") && Files.isDirectory(Path.of(file))) {
            throw new CommandException(file + " is a folder; name a file");
        }
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            Importer.Imported imported = Importer.read(
                    given.values().get(ServerOptions.DATABASE), new Project(project), partial, in,
                    InstantSource.system());
            TransferCounts counts = imported.counts();
            Terminal.line("Imported " + counts + ".");
            if (!imported.whole()) {
                Terminal.line(
                        "The file does not tell how many objects it should have: it is an export of an earlier version, or was cut"
                                + " off. Compare the counts with those that export printed.");
            }
            if (counts.filesWithoutContent() > 0) {
                Terminal.line("Files without content: " + counts.filesWithoutContent() + ".");
            }
            return 0;
        } catch (ImportException e) {
            throw new CommandException(file + ", " + e.getMessage() + ". Nothing was imported.");
        } catch (NoSuchFileException e) {
            throw new CommandException("there is no file " + file);
        } catch (IOException | UncheckedIOException e) {
            throw new CommandException(file + " cannot be read: " + e.getMessage());
        }
    }
}
