package dev.runnel.server.store.rows;

import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.Page;
import dev.runnel.protocol.PageRequest;
import dev.runnel.server.store.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The statements about uploaded files. Static and without state. */
public final class FileRows {
    private static final RowShape<FileObject> FILE = RowShape.of(FileObject.class);

    private FileRows() {}

    /** Keeps a new file's object. */
    public static void insert(Sql sql, String project, FileObject file) throws SQLException {
        sql.update(
                "INSERT INTO files (id, project, purpose, expires_at, bytes, json) VALUES (?, ?, ?, ?, ?, ?)",
                file.id(),
                project,
                file.purpose(),
                file.expiresAt(),
                file.bytes(),
                RowShape.json(file));
    }

    /** A project's file by its id. */
    public static Optional<FileObject> find(Sql sql, String project, String id) throws SQLException {
        return sql.first(FILE.mapper(), "SELECT " + FILE.columns() + " FROM files WHERE project = ? AND id = ?",
                project, id);
    }

    /** As {@link #find(Sql, String, String)}; the file stays until the transaction has ended, whatever other nodes do. */
    public static Optional<FileObject> keep(Sql sql, String project, String id) throws SQLException {
        return sql.first(
                FILE.mapper(),
                "SELECT " + FILE.columns() + " FROM files WHERE project = ? AND id = ?" + sql.kept(),
                project,
                id);
    }

    /** A file by its id, in any project. */
    public static Optional<FileObject> find(Sql sql, String id) throws SQLException {
        return sql.first(FILE.mapper(), "SELECT " + FILE.columns() + " FROM files WHERE id = ?", id);
    }

    /**
     * A page of a project's files.
     *
     * @param purpose only files that were uploaded for this purpose; null for all
     * @throws UnknownCursorException if the page's cursor is the id of no object that was ever in the list
     */
    public static Page<FileObject> page(Sql sql, String project, @Nullable String purpose, PageRequest page)
            throws SQLException {
        return filesOf(project).only("purpose", purpose).page(sql, page);
    }

    /** Deletes a file's object, and takes the file out of all vector stores; false if there is none. */
    public static boolean delete(Sql sql, String project, String id, long now) throws SQLException {
        if (!filesOf(project).delete(sql, id)) {
            return false;
        }
        StoreFileRows.removeEverywhere(sql, id, now);
        return true;
    }

    /** Deletes the objects of files that expire at this time or before, and returns their ids. */
    public static List<String> deleteExpired(Sql sql, long now) throws SQLException {
        List<String> ids = new ArrayList<>();
        for (String[] file : sql.list(
                row -> new String[] {row.getString(1), row.getString(2)},
                "SELECT project, id FROM files WHERE expires_at <= ?",
                now)) {
            delete(sql, file[0], file[1], now);
            ids.add(file[1]);
        }
        return ids;
    }

    /** How many bytes a project's files have. */
    public static long bytes(Sql sql, String project) throws SQLException {
        return sql.first(row -> row.getLong(1), "SELECT SUM(bytes) FROM files WHERE project = ?", project).orElse(0L);
    }

    /** Whether a file expires at this time or before. */
    public static boolean hasExpired(Sql sql, long now) throws SQLException {
        return sql.first(row -> true, "SELECT 1 FROM files WHERE expires_at <= ? LIMIT 1", now).isPresent();
    }

    /** All files' ids, in all projects. */
    public static Set<String> ids(Sql sql) throws SQLException {
        return new HashSet<>(sql.list(row -> row.getString(1), "SELECT id FROM files"));
    }

    private static Listing<FileObject> filesOf(String project) {
        return Listing.of("files", "project", project, FILE, FileObject::id);
    }
}
