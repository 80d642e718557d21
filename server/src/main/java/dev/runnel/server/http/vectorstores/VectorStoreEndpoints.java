package dev.runnel.server.http.vectorstores;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runnel.server.engine.vectorstores.VectorStoreParts;
import dev.runnel.server.http.exchange.Endpoints;
import dev.runnel.server.http.exchange.Router;
import dev.runnel.server.http.fields.FilterFields;
import dev.runnel.server.http.fields.SchemaFields;
import java.util.LinkedHashMap;
import java.util.Map;

/** Vector stores: the stores, their files, batches of files, and search. */
public final class VectorStoreEndpoints implements Endpoints {
    private final VectorStoreParts parts;

    public VectorStoreEndpoints(VectorStoreParts parts) {
        this.parts = parts;
    }

    @Override
    public void register(Router router) {
        new StoreRoutes(parts.stores(), parts.search()).register(router);
        new StoreFileRoutes(parts.files()).register(router);
        new FileBatchRoutes(parts.batches()).register(router);
    }

    @Override
    public Map<String, ObjectNode> schemas() {
        Map<String, ObjectNode> schemas = new LinkedHashMap<>();
        schemas.put("VectorStoreRequest", SchemaFields.describe(StoreRequests::store));
        schemas.put("VectorStoreChange", SchemaFields.describe(StoreRequests::change));
        schemas.put("StoreFileRequest", SchemaFields.describe(StoreRequests::file));
        schemas.put("AttributesChange", SchemaFields.describe(StoreRequests::attributes));
        schemas.put("FileBatchRequest", SchemaFields.describe(StoreRequests::batch));
        schemas.put(FilterFields.SCHEMA, SchemaFields.describe(FilterFields::check));
        schemas.put("SearchRequest", SchemaFields.describe(SearchRequests::query));
        return schemas;
    }
}
