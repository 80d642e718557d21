package dev.runnel.client;

import dev.runnel.client.exchange.BodyStream;
import dev.runnel.client.exchange.Call;
import dev.runnel.client.transport.Transport;
import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.FileObject;
import java.io.InputStream;

import static dev.runnel.client.exchange.Paths.segment;

/** Files. Thread-safe. */
public final class FilesApi {
    private final Requester requester;

    FilesApi(Requester requester) {
        this.requester = requester;
    }

    /** Uploads a file. */
    public FileObject create(FileUpload upload) {
        MultipartForm form = MultipartForm.of(upload);
        return requester.ask(Call.post("/files", form, form.contentType()), FileObject.class);
    }

    /** A file's description by its id, without its content. */
    public FileObject get(String id) {
        return requester.get(path(id), FileObject.class);
    }

    /** All files. */
    public Pages<FileObject> list() {
        return Pages.of(requester, "/files", FileObject.class);
    }

    /** All files of one purpose. */
    public Pages<FileObject> list(String purpose) {
        return Pages.of(requester, "/files?purpose=" + segment(purpose), FileObject.class);
    }

    /** Deletes a file. */
    public Deleted delete(String id) {
        return requester.delete(path(id), Deleted.class);
    }

    /** A file's content, to read as it arrives. Close it to end the exchange. */
    public InputStream content(String id) {
        Transport.Response response = requester.open(Call.get(path(id) + "/content"));
        return new BodyStream(response);
    }

    private static String path(String id) {
        return "/files/" + segment(id);
    }
}
