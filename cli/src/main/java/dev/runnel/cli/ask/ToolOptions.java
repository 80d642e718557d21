package dev.runnel.cli.ask;

import dev.runnel.cli.objects.SearchedFiles;
import dev.runnel.client.RunnelClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The server's own tools that a reply may use: files to search, and code, whose files are kept. */
final class ToolOptions {
    @Option(names = "--files", paramLabel = "PATTERN", description = "Search these files for the answer: a file, a folder, or a pattern in quotes, as in 'docs/*.md'. Can be repeated. They are removed at the end.")
    List<String> files = List.of();

    @Option(names = "--code", description = "Let the model write Python code, which is run in a sandbox of this machine; with --server, of that server, if it is started with --code-interpreter.")
    boolean code;

    @Option(names = "--save", paramLabel = "FOLDER", description = "Save the files that the code makes here. No file is replaced.")
    @Nullable
    Path save;

    /** The files to search. */
    List<Path> searched() {
        return SearchedFiles.find(files);
    }

    /** Saves the files that the code has made, or says how many there are. Does nothing where no code was asked for. */
    void keep(RunnelClient client, Supplier<Set<String>> made) {
        if (save != null) {
            MadeFiles.save(client, made.get(), save);
        } else if (code) {
            MadeFiles.hint(made.get());
        }
    }
}
