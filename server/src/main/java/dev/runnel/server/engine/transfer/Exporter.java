package dev.runnel.server.engine.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.FileObject;
import dev.runnel.protocol.json.Json;
import dev.runnel.server.backend.Backend;
import dev.runnel.server.backend.Backends;
import dev.runnel.server.store.FileStore;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.ChunkRows;
import dev.runnel.server.store.rows.IngestRows;
import dev.runnel.server.store.rows.TransferStore;
import dev.runnel.server.store.rows.TransferStore.Row;
import dev.runnel.server.store.rows.TransferStore.Table;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Writes all objects of one state of a database as lines of JSON. The first line is a header. Each object has a line,
 * as the API shows it. Other lines have what threads, runs and steps keep besides, for the Responses API; they name the project of the objects
 * after them, or hold a piece of a file's content or a chunk of a file in a vector store. The last line says how many lines and objects come
 * before it. Runs' events are not exported. For one thread, and one
 * export.
 */
public final class Exporter {
    static final String HEADER = "runnel.export";
    static final String PROJECT = "runnel.project";
    static final String CONTENT = "runnel.file_content";
    static final String CHUNKS = "runnel.chunks";
    static final String CHUNK = "runnel.chunk";
    static final String END = "runnel.export_end";

    /**
     * The version of exports. Since version 2 an export ends with a line that counts its lines and objects. Since
     * version 3 it has what threads, runs and steps keep and the Assistants API does not show, and the chunks of a file in a store.
     */
    static final int VERSION = 3;

    /** The size of a piece of a file. It is a multiple of three, so that in base64 only the last piece is padded. */
    private static final int PIECE_BYTES = 768 * 1024;

    private static final int CHUNKS_AT_ONCE = 100;

    private final FileStore files;
    private final boolean vectors;
    private final OutputStream out;
    private final TransferCounts counts = new TransferCounts();
    private String project = "";
    private long lines;

    private Exporter(FileStore files, boolean vectors, OutputStream out) {
        this.files = files;
        this.vectors = vectors;
        this.out = out;
    }

    /**
     * Exports a database. A server may have it open.
     *
     * @param database {@code sqlite:} and a file's path
     * @param vectors whether to write the vectors of chunks; without them the server that has imported the chunks embeds them anew
     * @throws dev.runnel.server.store.StoreException if the database cannot be read
     * @throws UncheckedIOException if the export cannot be written
     */
    public static TransferCounts export(String database, boolean vectors, OutputStream out) {
        Backend backend = Backends.of(database);
        return backend.snapshot(new Exporter(backend.files(), vectors, out)::export);
    }

    private TransferCounts export(Sql sql) throws SQLException {
        line(Json.write(Json.object().put("object", HEADER).put("version", VERSION)));
        for (Table table : Table.values()) {
            List<Row> rows = TransferStore.rows(sql, table, 0);
            while (!rows.isEmpty()) {
                for (Row row : rows) {
                    export(sql, table, row);
                }
                rows = TransferStore.rows(sql, table, rows.getLast().place());
            }
        }
        line(Json.write(Json.object().put("object", END).put("lines", lines).set("counts", counts.toJson())));
        return counts;
    }

    private void export(Sql sql, Table table, Row row) throws SQLException {
        if (!row.project().isEmpty() && !row.project().equals(project)) {
            project = row.project();
            line(Json.write(Json.object().put("object", PROJECT).put("name", project)));
        }
        byte[] json = row.json().getBytes(StandardCharsets.UTF_8);
        line(json);
        counts.count(table);
        if (table == Table.FILES) {
            exportContent(Json.read(json, FileObject.class).id());
        } else if (table == Table.STORE_FILES) {
            exportChunks(sql, row.place());
        }
    }

    /** The chunks of a store's file that can be searched. */
    private void exportChunks(Sql sql, long file) throws SQLException {
        Optional<IngestRows.Ingest> found = IngestRows.find(sql, file).filter(IngestRows.Ingest::searchable);
        if (found.isEmpty()) {
            return;
        }
        String model = found.get().model();
        boolean embedded = vectors && found.get().hasVectorsOf(model);
        line(Json.write(Json.object()
                .put("object", CHUNKS)
                .put("file_id", found.get().file().id())
                .put("vector_store_id", found.get().file().vectorStoreId())
                .put("chunks", found.get().chunks())
                .put("model", embedded ? model : null)));
        List<ChunkRows.Row> chunks = ChunkRows.from(sql, file, 0, CHUNKS_AT_ONCE);
        while (!chunks.isEmpty()) {
            for (ChunkRows.Row chunk : chunks) {
                ObjectNode json = Json.object().put("object", CHUNK).put("text", chunk.text());
                if (!chunk.headings().isEmpty()) {
                    json.put("headings", chunk.headings());
                }
                ByteBuffer made = chunk.vectors();
                if (embedded && made != null) {
                    byte[] bytes = new byte[made.remaining()];
                    made.duplicate().get(bytes);
                    json.put("vectors", bytes);
                }
                line(Json.write(json));
            }
            chunks = ChunkRows.from(sql, file, chunks.getLast().number() + 1, CHUNKS_AT_ONCE);
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
