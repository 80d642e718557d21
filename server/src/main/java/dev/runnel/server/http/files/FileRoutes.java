package dev.runnel.server.http.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.FileObject;
import dev.runnel.server.edge.HttpResponse;
import dev.runnel.server.engine.files.FileLibrary;
import dev.runnel.server.http.exchange.Endpoints;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.fields.BadRequestException;
import dev.runnel.server.http.openapi.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import static dev.runnel.server.http.openapi.Operation.describe;

/** The routes of files: upload, list, retrieve, delete, and download of the same bytes. */
public final class FileRoutes implements Endpoints {
    private static final int MAX_PAGE = 10_000;

    /** The bytes that a form may have around its file. */
    private static final int FORM_OVERHEAD = 64 * 1024;

    private final FileLibrary files;
    private final long maxFile;

    /**
     * The routes to a library of files.
     *
     * @param maxFile the largest uploaded file, in bytes
     */
    public FileRoutes(FileLibrary files, long maxFile) {
        this.files = files;
        this.maxFile = maxFile;
    }

    @Override
    public void register(Router router) {
        router.route("POST", "/v1/files", this::create,
                describe("createFile", "Upload a file").takes("multipart/form-data", UploadForm.class)
                        .gives(FileObject.class));
        router.route("GET", "/v1/files", this::list,
                describe("listFiles", "List the files").givesPageOf(
                        FileObject.class,
                        Parameter.integer("limit", "How many at most; 10,000 by default.", 1, MAX_PAGE),
                        Parameter.order(),
                        Parameter.after(),
                        Parameter.text("purpose", "Only files for this purpose.")));
        router.route("GET", "/v1/files/{file_id}", this::get,
                describe("retrieveFile", "Retrieve a file's description").gives(FileObject.class));
        router.route("DELETE", "/v1/files/{file_id}", this::delete,
                describe("deleteFile", "Delete a file").gives(Deleted.class));
        router.route("GET", "/v1/files/{file_id}/content", this::content,
                describe("downloadFile", "Retrieve a file's bytes").gives("application/octet-stream", byte[].class));
    }

    @Override
    public Map<String, ObjectNode> schemas() {
        return Map.of("UploadForm", UploadForm.schema());
    }

    void create(Exchange exchange) {
        LimitedBody body = new LimitedBody(exchange.request(), maxFile + FORM_OVERHEAD);
        FileObject file;
        try {
            file = upload(exchange, body);
        } catch (BadRequestException e) {
            refuse(exchange, body, e);
            return;
        }
        exchange.send(file);
    }

    private FileObject upload(Exchange exchange, LimitedBody body) {
        try (FileLibrary.Upload upload = files.upload()) {
            UploadForm form = new UploadForm(upload, maxFile);
            MultipartBody.read(exchange.request(), body, form);
            UploadForm.Described described = form.described();
            return upload.keep(
                    exchange.project(), described.purpose(), described.filename(), described.expiresAfter());
        } catch (BadRequestException e) {
            throw body.tooLarge() ? BadRequestException.tooLarge(maxFile, body.size()) : e;
        }
    }

    private static void refuse(Exchange exchange, LimitedBody body, BadRequestException refusal) {
        if (body.ended()) {
            throw refusal;
        }
        exchange.response().close();
        exchange.sendJson(refusal.status(), refusal.error().toJson());
    }

    void list(Exchange exchange) {
        exchange.send(files.list(
                exchange.project(), exchange.query("purpose").orElse(null), exchange.page(MAX_PAGE)));
    }

    void get(Exchange exchange) {
        exchange.send(files.get(exchange.project(), id(exchange)));
    }

    void delete(Exchange exchange) {
        exchange.send(files.delete(exchange.project(), id(exchange)));
    }

    void content(Exchange exchange) throws IOException {
        FileObject file = files.get(exchange.project(), id(exchange));
        try (InputStream bytes = files.open(file)) {
            HttpResponse response = exchange.response();
            response.header("Content-Type", "application/octet-stream");
            response.header("Content-Length", Long.toString(file.bytes()));
            response.header("Content-Disposition", attachment(file.filename()));
            send(bytes, response);
        }
    }

    private static void send(InputStream bytes, HttpResponse response) throws IOException {
        try (OutputStream out = response.stream(200)) {
            bytes.transferTo(out);
        }
    }

    /**
     * A {@code Content-Disposition} with the file's name in two forms: plain ASCII for old clients, and encoded as in
     * RFC 5987 for all others.
     */
    private static String attachment(String filename) {
        String plain = filename.replaceAll("[^ -~]|[\"\\\\%]", "_");
        String encoded = URLEncoder.encode(filename, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A");
        return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
    }

    private static String id(Exchange exchange) {
        return exchange.parameter("file_id").orElse("");
    }
}
