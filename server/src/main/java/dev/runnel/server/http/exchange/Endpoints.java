package dev.runnel.server.http.exchange;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The routes of one API, and what their requests hold. */
public interface Endpoints {
    /** Adds the routes. */
    void register(Router router);

    /** The schemas of what requests hold, by the names of their types; not to be changed. */
    Map<String, ObjectNode> schemas();
}
