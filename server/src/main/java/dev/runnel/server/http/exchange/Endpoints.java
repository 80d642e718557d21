package dev.runnel.server.http.exchange;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The routes of one API, and the schemas of their requests. */
public interface Endpoints {
    /** Adds the routes. */
    void register(Router router);

    /** The schemas of request bodies, by the names of their types. Callers must not change them. */
    Map<String, ObjectNode> schemas();
}
