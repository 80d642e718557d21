package dev.runnel.cli.objects;

import dev.runnel.cli.base.CommandException;
import dev.runnel.cli.servers.Target;
import dev.runnel.cli.terminal.Terminal;
import dev.runnel.client.FileUpload;
import dev.runnel.client.RunnelClient;
import dev.runnel.client.VectorStoresApi;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.vectorstore.FileCounts;
import dev.runnel.protocol.vectorstore.StoreFile;
import dev.runnel.protocol.vectorstore.VectorStore;
import dev.runnel.protocol.vectorstore.VectorStoreRequest;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** Files that become searchable: finds them, uploads them into a vector store, and waits for it. */
public final class SearchedFiles {
    /** How many files one command uploads. */
    private static final int MOST = 10_000;

    private static final int BAR = 24;

    private SearchedFiles() {}

    /**
     * The files that paths, folders and patterns name. A folder stands for all files in it, but those that begin with a dot.
     *
     * @throws CommandException if one names no file
     */
    public static List<Path> find(List<String> names) {
        Set<Path> found = new LinkedHashSet<>();
        for (String name : names) {
            List<Path> files = find(name);
            if (files.isEmpty()) {
                throw new CommandException("there is no file '" + name + "'");
            }
            found.addAll(files);
        }
        if (found.size() > MOST) {
            throw new CommandException("the names match more than " + MOST + " files");
        }
        return List.copyOf(found);
    }

    private static List<Path> find(String name) {
        try {
            Path path = Path.of(name);
            if (Files.isRegularFile(path)) {
                return List.of(path);
            } else if (Files.isDirectory(path)) {
                return below(path, file -> true);
            }
            PathMatcher pattern = FileSystems.getDefault().getPathMatcher("glob:" + path.normalize());
            return below(beforePattern(path), file -> pattern.matches(file.normalize()));
        } catch (InvalidPathException | PatternSyntaxException e) {
            throw new CommandException("'" + name + "' names no files: " + e.getMessage());
        } catch (IOException e) {
            throw new CommandException("'" + name + "' cannot be read: " + e.getMessage());
        }
    }

    /** The innermost folder of the path that is there: only what is below it is looked through. */
    private static Path beforePattern(Path path) {
        Path above = path.getParent();
        while (above != null && !Files.isDirectory(above)) {
            above = above.getParent();
        }
        return above == null ? Path.of("") : above;
    }

    private static List<Path> below(Path folder, PathMatcher wanted) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile)
                    .filter(file -> !isHidden(folder.relativize(file)) && wanted.matches(file))
                    .sorted()
                    .limit(MOST + 1)
                    .toList();
        }
    }

    private static boolean isHidden(Path file) {
        for (Path name : file) {
            if (name.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /** Makes a vector store of files, for as long as the target is open. Returns its id. */
    public static String store(Target target, List<Path> files, String name) {
        RunnelClient client = target.client();
        String store = client.vectorStores().create(VectorStoreRequest.named(name)).id();
        target.removeAtEnd(store, () -> client.vectorStores().delete(store));
        for (FileObject file : add(client, store, files)) {
            target.removeAtEnd(file.id(), () -> client.files().delete(file.id()));
        }
        return store;
    }

    /** Uploads files into a store, waits until they are searchable, and tells of those that are not. */
    static List<FileObject> add(RunnelClient client, String store, List<Path> files) {
        VectorStoresApi stores = client.vectorStores();
        List<FileObject> uploaded = new ArrayList<>();
        try {
            for (Path file : files) {
                Terminal.progress(bar("Uploading", uploaded.size(), files.size()));
                uploaded.addAll(stores.upload(store, List.of(FileUpload.of(file, "assistants"))));
            }
            VectorStore ready = stores.await(store, now -> {
                FileCounts counts = now.fileCounts();
                Terminal.progress(bar("Reading", counts.total() - counts.inProgress(), counts.total()));
            });
            Terminal.progress("");
            if (ready.fileCounts().failed() > 0) {
                tellFailed(stores, store, uploaded);
            }
            if (ready.fileCounts().completed() == 0) {
                throw new CommandException("none of the files can be searched");
            }
            return uploaded;
        } catch (IOException e) {
            throw new CommandException("a file cannot be read: " + e.getMessage());
        } finally {
            Terminal.progress("");
        }
    }

    private static String bar(String what, long done, long all) {
        int filled = all == 0 ? BAR : Math.toIntExact(BAR * done / all);
        return what + " " + "█".repeat(filled) + "░".repeat(BAR - filled) + " " + done + " of " + all
                + (all == 1 ? " file" : " files");
    }

    private static void tellFailed(VectorStoresApi stores, String store, List<FileObject> uploaded) {
        Map<String, String> names = new HashMap<>();
        uploaded.forEach(file -> names.put(file.id(), file.filename()));
        for (StoreFile file : stores.files(store).pagesOf(100)) {
            LastError error = file.lastError();
            if (error != null && names.containsKey(file.id())) {
                Terminal.line(names.get(file.id()) + " cannot be searched: " + error.message());
            }
        }
    }
}
