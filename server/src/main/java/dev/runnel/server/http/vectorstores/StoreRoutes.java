package dev.runnel.server.http.vectorstores;

import dev.runnel.protocol.Deleted;
import dev.runnel.protocol.vectorstore.SearchRequest;
import dev.runnel.protocol.vectorstore.SearchResult;
import dev.runnel.protocol.vectorstore.SearchResults;
import dev.runnel.protocol.vectorstore.StoreStatus;
import dev.runnel.protocol.vectorstore.TextPart;
import dev.runnel.protocol.vectorstore.VectorStore;
import dev.runnel.protocol.vectorstore.VectorStoreChange;
import dev.runnel.protocol.vectorstore.VectorStoreRequest;
import dev.runnel.server.engine.vectorstores.FoundChunk;
import dev.runnel.server.engine.vectorstores.StoreQuery;
import dev.runnel.server.engine.vectorstores.StoreSearch;
import dev.runnel.server.engine.vectorstores.VectorStores;
import dev.runnel.server.http.exchange.Exchange;
import dev.runnel.server.http.exchange.Router;
import java.util.List;

import static dev.runnel.server.http.openapi.Operation.describe;

/** The routes of vector stores, and of their search. */
final class StoreRoutes {
    private static final String STORE = "/v1/vector_stores/{vector_store_id}";

    private final VectorStores stores;
    private final StoreSearch search;

    StoreRoutes(VectorStores stores, StoreSearch search) {
        this.stores = stores;
        this.search = search;
    }

    void register(Router router) {
        router.route("POST", "/v1/vector_stores", this::create,
                describe("createVectorStore", "Create a vector store").takes(VectorStoreRequest.class)
                        .gives(VectorStore.class));
        router.route("GET", "/v1/vector_stores", this::list,
                describe("listVectorStores", "List the vector stores").givesPageOf(VectorStore.class));
        router.route("GET", STORE, this::get,
                describe("getVectorStore", "Retrieve a vector store").gives(VectorStore.class));
        router.route("POST", STORE, this::modify,
                describe("modifyVectorStore", "Modify a vector store").takes(VectorStoreChange.class)
                        .gives(VectorStore.class));
        router.route("DELETE", STORE, this::delete,
                describe("deleteVectorStore", "Delete a vector store").gives(Deleted.class));
        router.route("POST", STORE + "/search", this::search,
                describe("searchVectorStore", "Search a vector store").takes(SearchRequest.class)
                        .gives(SearchResults.class));
    }

    void create(Exchange exchange) {
        send(exchange, stores.create(exchange.project(), exchange.body(StoreRequests::store)));
    }

    void list(Exchange exchange) {
        exchange.send(stores.list(exchange.project(), exchange.page()));
    }

    void get(Exchange exchange) {
        send(exchange, stores.get(exchange.project(), id(exchange)));
    }

    void modify(Exchange exchange) {
        String id = id(exchange);
        send(exchange, stores.modify(exchange.project(), id, exchange.body(StoreRequests::change)));
    }

    void delete(Exchange exchange) {
        exchange.send(stores.delete(exchange.project(), id(exchange)));
    }

    void search(Exchange exchange) throws InterruptedException {
        String id = id(exchange);
        StoreQuery query = exchange.body(SearchRequests::query);
        List<SearchResult> found = search.search(exchange.project(), List.of(id), query).stream()
                .map(StoreRoutes::result)
                .toList();
        exchange.send(new SearchResults(query.questions(), found, false, null));
    }

    private static SearchResult result(FoundChunk found) {
        return new SearchResult(
                found.fileId(), found.filename(), found.score(), found.attributes(),
                List.of(new TextPart(found.text())));
    }

    private static void send(Exchange exchange, VectorStore store) {
        ProgressHint.add(exchange, store.status() == StoreStatus.IN_PROGRESS);
        exchange.send(store);
    }

    static String id(Exchange exchange) {
        return exchange.id("vector_store_id", "vs_");
    }
}
