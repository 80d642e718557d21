package dev.runnel.server.engine.files;

import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.server.base.Ids;
import dev.runnel.server.base.Project;
import dev.runnel.server.engine.projects.Admissions;
import dev.runnel.server.engine.requests.Lists;
import dev.runnel.server.engine.requests.RejectedException;
import dev.runnel.server.projects.LimitException;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.FileStore;
import dev.runnel.server.store.rows.FileRows;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Uploaded files. An expired file is no longer found. It is removed at the next upload, list or start. Thread-safe. */
public final class FileLibrary {
    private final Database database;
    private final FileStore bytes;
    private final Admissions admissions;
    private final InstantSource clock;

    /** @param admissions says whether a project may keep another file */
    public FileLibrary(Database database, FileStore bytes, Admissions admissions, InstantSource clock) {
        this.database = database;
        this.bytes = bytes;
        this.admissions = admissions;
        this.clock = clock;
    }

    /** Removes expired files, and bytes that a crash has left of uploads and deletions. */
    public void cleanUp() {
        removeExpired();
        bytes.retain(database.read(FileRows::ids));
    }

    /** Begins an upload. */
    public Upload upload() {
        removeExpired();
        return new Upload(bytes.draft());
    }

    /** A file that is being uploaded. Closing it removes the bytes, unless {@link #keep} was called. For one thread. */
    public final class Upload implements AutoCloseable {
        private final FileStore.Draft draft;

        private Upload(FileStore.Draft draft) {
            this.draft = draft;
        }

        /** Appends bytes. */
        public void write(byte[] source, int from, int length) {
            draft.write(source, from, length);
        }

        /**
         * Stores the uploaded bytes as a file.
         *
         * @param expiresAfter after how many seconds the file expires; null for never
         * @throws LimitException if the project would keep more than it may
         */
        public FileObject keep(Project project, String purpose, String filename, @Nullable Long expiresAfter) {
            String id = Ids.file();
            long size = draft.keep(id);
            long now = now();
            FileObject file = new FileObject(
                    id, purpose, filename, size, now, expiresAfter == null ? null : now + expiresAfter, "processed",
                    null);
            try {
                Optional<LimitException> refusal = database.write(sql -> {
                    Optional<LimitException> full = admissions.refusalOfFile(sql, project, size);
                    if (full.isEmpty()) {
                        FileRows.insert(sql, project.name(), file);
                    }
                    return full;
                });
                if (refusal.isPresent()) {
                    throw refusal.get();
                }
                return file;
            } catch (RuntimeException e) {
                bytes.delete(id);
                throw e;
            }
        }

        @Override
        public void close() {
            draft.close();
        }
    }

    /** A file by its id. */
    public FileObject get(Project project, String id) {
        return find(project, id).orElseThrow(() -> RejectedException.noFile(id, "id"));
    }

    /** A project's file by its id; empty if there is none. */
    public Optional<FileObject> find(Project project, String id) {
        return database.read(sql -> FileRows.find(sql, project.name(), id)).filter(this::lives);
    }

    /** A file of any project by its id; empty if there is none. */
    public Optional<FileObject> find(String id) {
        return database.read(sql -> FileRows.find(sql, id)).filter(this::lives);
    }

    private boolean lives(FileObject file) {
        Long expiresAt = file.expiresAt();
        return expiresAt == null || expiresAt > now();
    }

    /** The content of a file. The caller closes it. */
    public InputStream open(FileObject file) {
        return bytes.open(file.id()).orElseThrow(() -> RejectedException.noFile(file.id(), "id")); // deleted meanwhile
    }

    /** The whole content of a file, in memory; empty if the file was deleted meanwhile. */
    public Optional<byte[]> read(FileObject file) {
        Optional<InputStream> stored = bytes.open(file.id());
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = stored.get()) {
            return Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("file " + file.id() + " cannot be read", e);
        }
    }

    /** A page of the project's files with one purpose, or with any. */
    public Page<FileObject> list(Project project, @Nullable String purpose, PageRequest page) {
        removeExpired();
        return Lists.page(database, sql -> FileRows.page(sql, project.name(), purpose, page));
    }

    /**
     * Deletes a file, and takes it out of all vector stores. Messages that show it stay. Later runs that need it fail.
     */
    public Deleted delete(Project project, String id) {
        get(project, id);
        long now = now();
        if (!database.write(sql -> FileRows.delete(sql, project.name(), id, now))) {
            throw RejectedException.noFile(id, "id");
        }
        bytes.delete(id);
        return Deleted.of(id, "file");
    }

    private void removeExpired() {
        long now = now();
        if (database.read(sql -> FileRows.hasExpired(sql, now))) {
            List<String> expired = database.write(sql -> FileRows.deleteExpired(sql, now));
            expired.forEach(bytes::delete);
        }
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
