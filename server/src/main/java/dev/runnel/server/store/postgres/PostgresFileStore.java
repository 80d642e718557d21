package dev.runnel.server.store.postgres;

import dev.runnel.server.store.FileStore;
import dev.runnel.server.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * A file store in rows of 1 MiB. Of a file that is written or read, one row is in memory, and a connection is used for no
 * longer than a row takes. Thread-safe.
 */
final class PostgresFileStore implements FileStore {
    private static final int PART_BYTES = 1 << 20;
    private static final String UNFINISHED = "unfinished-";

    /** For how long bytes without a file may stay: another node may be about to store the file's object. */
    private static final String UNFINISHED_HOURS = "24";

    private static final String NOW = "EXTRACT(EPOCH FROM clock_timestamp())::BIGINT";

    private final DataSource source;

    PostgresFileStore(DataSource source) {
        this.source = source;
    }

    @FunctionalInterface
    private interface Statements<T> {
        T run(PreparedStatement statement) throws SQLException;
    }

    private <T> T with(String sql, String what, Statements<T> statements) {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            return statements.run(statement);
        } catch (SQLException e) {
            throw new StoreException(
                    "a file's bytes cannot be " + what + ": " + e.getMessage(), e, PostgresErrors.outage(e));
        }
    }

    @Override
    public Draft draft() {
        return new RowsDraft(UNFINISHED + UUID.randomUUID());
    }

    @Override
    public Optional<InputStream> open(String id) {
        return part(id, 0).map(first -> new PartsStream(id, first));
    }

    private Optional<byte[]> part(String id, long number) {
        return with("SELECT content FROM file_parts WHERE file = ? AND part = ?", "read", statement -> {
            statement.setString(1, id);
            statement.setLong(2, number);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
            }
        });
    }

    @Override
    public void delete(String id) {
        with("DELETE FROM file_parts WHERE file = ?", "deleted", statement -> {
            statement.setString(1, id);
            return statement.executeUpdate();
        });
    }

    /** Bytes that were written less than a day ago stay: another node may be about to store their file's object. */
    @Override
    public void retain(Set<String> ids) {
        with("DELETE FROM file_parts WHERE written_at < " + NOW + " - 3600 * " + UNFINISHED_HOURS
                + " AND NOT (file = ANY(?))", "deleted", statement -> {
                    statement.setArray(1, statement.getConnection().createArrayOf("text", ids.toArray()));
                    return statement.executeUpdate();
                });
    }

    /** Does nothing: an empty table stays. */
    @Override
    public void removeIfEmpty() {}

    private final class RowsDraft implements Draft {
        private final String name;
        private final byte[] buffer = new byte[PART_BYTES];
        private int filled;
        private long parts;
        private boolean kept;

        private RowsDraft(String name) {
            this.name = name;
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            int at = from;
            int left = length;
            while (left > 0) {
                int taken = Math.min(left, PART_BYTES - filled);
                System.arraycopy(bytes, at, buffer, filled, taken);
                filled += taken;
                at += taken;
                left -= taken;
                if (filled == PART_BYTES) {
                    writePart();
                }
            }
        }

        private void writePart() {
            with("INSERT INTO file_parts (file, part, written_at, content) VALUES (?, ?, " + NOW + ", ?)", "written",
                    statement -> {
                        statement.setString(1, name);
                        statement.setLong(2, parts);
                        statement.setBytes(3, Arrays.copyOf(buffer, filled));
                        return statement.executeUpdate();
                    });
            parts++;
            filled = 0;
        }

        /** The last part is shorter than the others, and may be empty: it is the file's end. */
        @Override
        public long keep(String id) {
            long size = parts * PART_BYTES + filled;
            writePart();
            with("UPDATE file_parts SET file = ? WHERE file = ?", "kept", statement -> {
                statement.setString(1, id);
                statement.setString(2, name);
                return statement.executeUpdate();
            });
            kept = true;
            return size;
        }

        @Override
        public void close() {
            if (!kept && parts > 0) {
                delete(name);
            }
        }
    }

    /** Reads a file part by part. For one thread. */
    private final class PartsStream extends InputStream {
        private final String id;
        private byte[] part;
        private long number;
        private int at;

        private PartsStream(String id, byte[] first) {
            this.id = id;
            this.part = first;
        }

        @Override
        public int read() throws IOException {
            return fill() ? part[at++] & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int taken = Math.min(length, part.length - at);
            System.arraycopy(part, at, target, from, taken);
            at += taken;
            return taken;
        }

        private boolean fill() throws IOException {
            if (at < part.length) {
                return true;
            }
            if (part.length < PART_BYTES) {
                return false;
            }
            part = next().orElseThrow(() -> new IOException("file " + id + " was deleted while it was read"));
            number++;
            at = 0;
            return part.length > 0;
        }

        private Optional<byte[]> next() throws IOException {
            try {
                return PostgresFileStore.this.part(id, number + 1);
            } catch (StoreException e) {
                throw new IOException(e);
            }
        }
    }
}
