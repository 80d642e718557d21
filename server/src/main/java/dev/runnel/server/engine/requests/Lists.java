package dev.runnel.server.engine.requests;

import dev.runnel.protocol.Page;
import dev.runnel.server.store.Database;
import dev.runnel.server.store.Sql;
import dev.runnel.server.store.rows.UnknownCursorException;

/** Pages of lists. */
public final class Lists {
    private Lists() {}

    /** Reads a page. A cursor that never was in the list is rejected. */
    public static <T> Page<T> page(Database database, Sql.Work<Page<T>> query) {
        try {
            return database.read(query);
        } catch (UnknownCursorException e) {
            throw RejectedException.unknownCursor(e.parameter(), e.id());
        }
    }
}
