package dev.runnel.server.store.rows;

import dev.runnel.server.store.Sql;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The statements about chunks. A file is named by its number, the seq that it has in its store. Static and without state.
 */
public final class ChunkRows {
    /** How many bits of a place are the chunk's number. */
    private static final int NUMBER_BITS = 20;

    /** The largest number of chunks of a file. */
    public static final int MAX_CHUNKS = 1 << NUMBER_BITS;

    private ChunkRows() {}

    /**
     * A chunk.
     *
     * @param number its number within its file
     * @param headings its headings, as {@code ChunkHeadings} writes them; may be empty
     * @param vectors its vectors, as they are kept; null if they are not there
     */
    public record Row(int number, String headings, String text, @Nullable ByteBuffer vectors) {}

    /** Adds a chunk, or replaces the one of this number. It has no vectors. */
    public static void put(Sql sql, long file, int number, String headings, String text) throws SQLException {
        sql.update(
                "INSERT INTO chunks (place, headings, text) VALUES (?, ?, ?) ON CONFLICT (place)"
                        + " DO UPDATE SET headings = excluded.headings, text = excluded.text, vectors = NULL",
                place(file, number),
                headings.isEmpty() ? null : headings,
                text);
    }

    /** Sets a chunk's vectors. */
    public static void setVectors(Sql sql, long file, int number, byte[] vectors) throws SQLException {
        sql.update("UPDATE chunks SET vectors = ? WHERE place = ?", vectors, place(file, number));
    }

    /** A file's chunks from a number on, at most so many, in order. */
    public static List<Row> from(Sql sql, long file, int number, int limit) throws SQLException {
        return sql.list(
                ChunkRows::row,
                "SELECT place, headings, text, vectors FROM chunks WHERE place >= ? AND place < ? ORDER BY place LIMIT ?",
                place(file, number),
                place(file + 1, 0),
                limit);
    }

    private static Row row(ResultSet row) throws SQLException {
        byte[] vectors = row.getBytes(4);
        return new Row(
                (int) (row.getLong(1) & (MAX_CHUNKS - 1)),
                Objects.requireNonNullElse(row.getString(2), ""), row.getString(3),
                vectors == null ? null : ByteBuffer.wrap(vectors));
    }

    /** The text of a chunk. */
    public static Optional<String> text(Sql sql, long file, int number) throws SQLException {
        return sql.first(row -> row.getString(1), "SELECT text FROM chunks WHERE place = ?", place(file, number));
    }

    /** Removes a file's chunks from a number on. */
    public static void removeFrom(Sql sql, long file, int number) throws SQLException {
        sql.update("DELETE FROM chunks WHERE place >= ? AND place < ?", place(file, number), place(file + 1, 0));
    }

    /** Leaves the chunks of files to {@link #removeGarbage}. */
    static void discard(Sql sql, long file) throws SQLException {
        sql.update("INSERT INTO chunk_garbage (file) VALUES (?) ON CONFLICT DO NOTHING", file);
    }

    /** Removes chunks that were given up, at most so many; returns whether there may be more. */
    public static boolean removeGarbage(Sql sql, int limit) throws SQLException {
        Optional<Long> file = sql.first(row -> row.getLong(1), "SELECT file FROM chunk_garbage ORDER BY file LIMIT 1");
        if (file.isEmpty()) {
            return false;
        }
        int removed = sql.update(
                "DELETE FROM chunks WHERE place IN (SELECT place FROM chunks WHERE place >= ? AND place < ? LIMIT ?)",
                place(file.get(), 0),
                place(file.get() + 1, 0),
                limit);
        if (removed < limit) {
            sql.update("DELETE FROM chunk_garbage WHERE file = ?", file.get());
        }
        return true;
    }

    private static long place(long file, int number) {
        return (file << NUMBER_BITS) | number;
    }
}
