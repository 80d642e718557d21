package dev.runnel.server.http.vectorstores;

import dev.runnel.protocol.vectorstore.BatchStatus;
import dev.runnel.protocol.vectorstore.FileBatch;
import dev.runnel.protocol.vectorstore.FileBatchRequest;
import dev.runnel.protocol.vectorstore.StoreFile;
import dev.runnel.server.engine.vectorstores.FileBatches;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.Router;

import static dev.runnel.server.http.openapi.Operation.describe;

/** The routes of batches of files in vector stores. */
final class FileBatchRoutes {
    private static final String BATCHES = "/v1/vector_stores/{vector_store_id}/file_batches";
    private static final String BATCH = BATCHES + "/{batch_id}";

    private final FileBatches batches;

    FileBatchRoutes(FileBatches batches) {
        this.batches = batches;
    }

    void register(Router router) {
        router.route("POST", BATCHES, this::create,
                describe("createVectorStoreFileBatch", "Add files to a vector store").takes(FileBatchRequest.class)
                        .gives(FileBatch.class));
        router.route("GET", BATCH, this::get,
                describe("getVectorStoreFileBatch", "Retrieve a batch of files").gives(FileBatch.class));
        router.route("POST", BATCH + "/cancel", this::cancel,
                describe("cancelVectorStoreFileBatch", "Cancel a batch's files that are in progress")
                        .gives(FileBatch.class));
        router.route("GET", BATCH + "/files", this::files,
                describe("listFilesInVectorStoreBatch", "List a batch's files").givesPageOf(StoreFile.class)
                        .reads(StatusFilter.PARAMETER));
    }

    void create(Exchange exchange) {
        String store = StoreRoutes.id(exchange);
        send(exchange, batches.create(exchange.project(), store, exchange.body(StoreRequests::batch)));
    }

    void get(Exchange exchange) {
        send(exchange, batches.get(exchange.project(), StoreRoutes.id(exchange), id(exchange)));
    }

    void cancel(Exchange exchange) {
        send(exchange, batches.cancel(exchange.project(), StoreRoutes.id(exchange), id(exchange)));
    }

    void files(Exchange exchange) {
        exchange.send(batches.files(
                exchange.project(), StoreRoutes.id(exchange), id(exchange), StatusFilter.of(exchange),
                exchange.page()));
    }

    private static void send(Exchange exchange, FileBatch batch) {
        ProgressHint.add(exchange, batch.status() == BatchStatus.IN_PROGRESS);
        exchange.send(batch);
    }

    private static String id(Exchange exchange) {
        return exchange.id("batch_id", "vsfb_");
    }
}
