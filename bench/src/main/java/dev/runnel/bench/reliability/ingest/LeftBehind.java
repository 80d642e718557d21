package dev.runnel.bench.reliability.ingest;

import dev.runnel.bench.Faults;
import dev.runnel.server.backend.Backend;
import dev.runnel.server.backend.Backends;
import dev.runnel.server.store.rows.DueStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks for what is left behind, in the database, on the disk and among the processes. Linux only. For one thread. */
final class LeftBehind {
    private static final long LOOK_MILLIS = 500;

    /** A file's number within its store is the upper part of the key of each of its chunks. */
    private static final String CHUNKS_OF_NOTHING = "SELECT COUNT(*) FROM chunks WHERE NOT EXISTS"
            + " (SELECT 1 FROM store_files WHERE seq = place >> 20)"
            + " AND NOT EXISTS (SELECT 1 FROM chunk_garbage WHERE file = place >> 20)";
    private static final String FILES_OF_NOTHING = "SELECT COUNT(*) FROM store_files WHERE NOT EXISTS"
            + " (SELECT 1 FROM files WHERE files.id = store_files.id)"
            + " OR NOT EXISTS (SELECT 1 FROM vector_stores WHERE vector_stores.id = store_files.store_id)";
    private static final String GARBAGE = "SELECT COUNT(*) FROM chunk_garbage";
    private static final String WORK = "SELECT COUNT(*) FROM due_work WHERE kind = '" + DueStore.INGEST_FILE + "'";

    private final Backend backend;
    private final Path folder;
    private final int servers;
    private final Faults<IngestFault> faults;
    private final Duration patience;

    /**
     * What to look at.
     *
     * @param database its URL
     * @param folder   below which all files of the servers lie
     * @param servers  how many run
     * @param patience for how long something may be left
     */
    LeftBehind(String database, Path folder, int servers, Faults<IngestFault> faults, Duration patience) {
        this.backend = Backends.of(database);
        this.folder = folder.toAbsolutePath();
        this.servers = servers;
        this.faults = faults;
        this.patience = patience;
    }

    private record Left(IngestFault fault, String what) {}

    private interface Looking {
        List<Left> left() throws IOException;
    }

    /** Looks until nothing is left, or the patience is over. To be called when all files have ended. */
    void check() throws IOException, InterruptedException {
        await(() -> {
            List<Left> left = new ArrayList<>(rows(WORK, IngestFault.WORK, "work for files"));
            left.addAll(rows(CHUNKS_OF_NOTHING, IngestFault.ROWS, "chunks of no file"));
            left.addAll(rows(FILES_OF_NOTHING, IngestFault.ROWS, "files of stores that are of no store or no file"));
            left.addAll(programs());
            left.addAll(remains());
            return left;
        });
    }

    /** Looks until the chunks that were given up have been removed. */
    void checkGarbage() throws IOException, InterruptedException {
        await(() -> rows(GARBAGE, IngestFault.ROWS, "files whose chunks are to be removed"));
    }

    private void await(Looking looking) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        List<Left> left = looking.left();
        while (!left.isEmpty() && System.nanoTime() - begun < patience.toNanos()) {
            Thread.sleep(LOOK_MILLIS);
            left = looking.left();
        }
        left.forEach(each -> faults.add(each.fault(), each.what()));
    }

    private List<Left> rows(String query, IngestFault fault, String what) {
        long count = backend.snapshot(sql -> sql.first(row -> row.getLong(1), query)).orElse(0L);
        return count == 0 ? List.of() : List.of(new Left(fault, count + " " + what));
    }

    private List<Left> programs() {
        List<Left> programs = new ArrayList<>();
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            String command = commandLine(process.pid());
            if (command.contains("ParserProgram") && command.contains(folder.toString())) {
                programs.add(new Left(IngestFault.PROCESSES, command));
            }
        }
        return programs;
    }

    private static String commandLine(long pid) {
        try {
            return new String(
                    Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline")), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    private List<Left> remains() throws IOException {
        Set<String> ids = Set
                .copyOf(backend.snapshot(sql -> sql.list(row -> row.getString(1), "SELECT id FROM files")));
        List<Left> remains = new ArrayList<>();
        List<String> nodes = new ArrayList<>();
        for (Path path : all()) {
            String name = String.valueOf(path.getFileName());
            boolean upload = name.startsWith("unfinished-") || (name.startsWith("file-") && !ids.contains(name));
            if (upload || name.startsWith("parse-")) {
                remains.add(new Left(IngestFault.REMAINS, path.toString()));
            } else if (name.startsWith("runnel-node_") && Files.isDirectory(path)) {
                nodes.add(path.toString());
            }
        }
        if (nodes.size() > servers) {
            remains.add(new Left(
                    IngestFault.REMAINS, "folders of " + (nodes.size() - servers) + " servers that have ended"));
        }
        return remains;
    }

    /** All files and folders, but those that go while they are listed. */
    private List<Path> all() throws IOException {
        List<Path> all = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                all.add(directory);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                all.add(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return all;
    }
}
