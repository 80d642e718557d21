package dev.runnel.server.engine.transfer;

import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.backend.Backend;
import dev.runnel.server.store.FileStore;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.TransferStore;
import dev.runnel.server.store.rows.TransferStore.Row;
import dev.runnel.server.store.rows.TransferStore.Table;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Writes all objects of a database as lines of JSON: first a line that says what it is, then each object as the API shows it, of one
 * state of the database. Lines of Runnel's own tell whose the objects after them are, and what files hold, in pieces; the last one says
 * how many lines and objects come before it. A run's events are not written. For one thread, and one export.
 */
public final class Exporter {
    static final String HEADER = "runnel.export";
    static final String PROJECT = "runnel.project";
    static final String CONTENT = "runnel.file_content";
    static final String END = "runnel.export_end";

    /** From this one on an export ends with a line that says how much there is. */
    static final int VERSION = 2;

    /** A multiple of three, so that no piece but the last is padded. */
    private static final int PIECE_BYTES = 768 * 1024;

    private final FileStore files;
    private final OutputStream out;
    private final TransferCounts counts = new TransferCounts();
    private String project = "";
    private long lines;

    private Exporter(FileStore files, OutputStream out) {
        this.files = files;
        this.out = out;
    }

    /**
     * Exports a database, which a server may have open.
     *
     * @param database {@code sqlite:} and a file's path
     * @throws dev.runnel.server.store.StoreException if it cannot be read
     * @throws UncheckedIOException if it cannot be written
     */
    public static TransferCounts export(String database, OutputStream out) {
        Backend backend = Backend.of(database);
        return backend.snapshot(new Exporter(backend.files(), out)::export);
    }

    private TransferCounts export(Sql sql) throws SQLException {
        line(Json.write(Json.object().put("object", HEADER).put("version", VERSION)));
        for (Table table : Table.values()) {
            List<Row> rows = TransferStore.rows(sql, table, 0);
            while (!rows.isEmpty()) {
                for (Row row : rows) {
                    export(table, row);
                }
                rows = TransferStore.rows(sql, table, rows.getLast().place());
            }
        }
        line(Json.write(Json.object().put("object", END).put("lines", lines).set("counts", counts.toJson())));
        return counts;
    }

    private void export(Table table, Row row) {
        if (!row.project().isEmpty() && !row.project().equals(project)) {
            project = row.project();
            line(Json.write(Json.object().put("object", PROJECT).put("name", project)));
        }
        byte[] json = row.json().getBytes(StandardCharsets.UTF_8);
        line(json);
        counts.count(table);
        if (table == Table.FILES) {
            exportContent(Json.read(json, FileObject.class).id());
        }
    }

    private void exportContent(String id) {
        Optional<InputStream> content = files.open(id);
        if (content.isEmpty()) { // deleted since the snapshot
            counts.countFileWithoutContent();
            return;
        }
        try (InputStream in = content.get()) {
            byte[] piece = in.readNBytes(PIECE_BYTES);
            do {
                line(Json.write(Json.object()
                        .put("object", CONTENT)
                        .put("file_id", id)
                        .put("base64", Base64.getEncoder().encodeToString(piece))));
                piece = in.readNBytes(PIECE_BYTES);
            } while (piece.length > 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void line(byte[] json) {
        try {
            out.write(json);
            out.write('\n');
            lines++;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
