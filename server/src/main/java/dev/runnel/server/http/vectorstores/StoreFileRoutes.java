package dev.runnel.server.http.vectorstores;

import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.vectorstore.AttributesChange;
import dev.runnel.protocol.vectorstore.FileContent;
import dev.runnel.protocol.vectorstore.StoreFile;
import dev.runnel.protocol.vectorstore.StoreFileRequest;
import dev.runnel.protocol.vectorstore.StoreFileStatus;
import dev.runnel.server.engine.vectorstores.StoreFiles;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.openapi.Parameter;

import static dev.runnel.server.http.openapi.Operation.describe;

/** The routes of files in vector stores. */
final class StoreFileRoutes {
    private static final String FILES = "/v1/vector_stores/{vector_store_id}/files";
    private static final String FILE = FILES + "/{file_id}";

    private final StoreFiles files;

    StoreFileRoutes(StoreFiles files) {
        this.files = files;
    }

    void register(Router router) {
        router.route("POST", FILES, this::attach,
                describe("createVectorStoreFile", "Add a file to a vector store").takes(StoreFileRequest.class)
                        .gives(StoreFile.class));
        router.route("GET", FILES, this::list,
                describe("listVectorStoreFiles", "List a vector store's files").givesPageOf(StoreFile.class)
                        .reads(StatusFilter.PARAMETER));
        router.route("GET", FILE, this::get,
                describe("getVectorStoreFile", "Retrieve a file in a vector store").gives(StoreFile.class));
        router.route("POST", FILE, this::setAttributes,
                describe("updateVectorStoreFileAttributes", "Change the attributes of a file in a vector store")
                        .takes(AttributesChange.class).gives(StoreFile.class));
        router.route("DELETE", FILE, this::detach,
                describe("deleteVectorStoreFile", "Take a file out of a vector store").gives(Deleted.class));
        router.route("GET", FILE + "/content", this::content,
                describe("retrieveVectorStoreFileContent", "Retrieve the text of a file in a vector store")
                        .gives(FileContent.class)
                        .reads(Parameter.integer(
                                "page", "The page to read, by the token of the page before. An extension.", 0,
                                Integer.MAX_VALUE)));
    }

    void attach(Exchange exchange) {
        String store = StoreRoutes.id(exchange);
        send(exchange, files.attach(exchange.project(), store, exchange.body(StoreRequests::file)));
    }

    void list(Exchange exchange) {
        exchange.send(files.list(
                exchange.project(), StoreRoutes.id(exchange), StatusFilter.of(exchange), exchange.page()));
    }

    void get(Exchange exchange) {
        send(exchange, files.get(exchange.project(), StoreRoutes.id(exchange), fileId(exchange)));
    }

    void setAttributes(Exchange exchange) {
        String store = StoreRoutes.id(exchange);
        String id = fileId(exchange);
        send(exchange, files.setAttributes(exchange.project(), store, id, exchange.body(StoreRequests::attributes)));
    }

    void detach(Exchange exchange) {
        exchange.send(files.detach(exchange.project(), StoreRoutes.id(exchange), fileId(exchange)));
    }

    void content(Exchange exchange) {
        int from = (int) exchange.integer("page", 0, 0, Integer.MAX_VALUE);
        exchange.send(files.content(exchange.project(), StoreRoutes.id(exchange), fileId(exchange), from));
    }

    private static void send(Exchange exchange, StoreFile file) {
        ProgressHint.add(exchange, file.status() == StoreFileStatus.IN_PROGRESS);
        exchange.send(file);
    }

    private static String fileId(Exchange exchange) {
        return exchange.parameter("file_id").orElse("");
    }
}
