package dev.runnel.server.engine.requests;

import dev.runnel.server.store.Database;
import dev.runnel.server.store.StoreException;

/** Transactions that may find, in their midst, that a request cannot be carried out. */
public final class Rejections {
    private Rejections() {}

    /**
     * Runs statements that may throw a {@link RejectedException}, and waits until they are durable. If they throw it, nothing
     * of the transaction stays.
     *
     * @throws RejectedException if the statements threw it
     */
    public static <T> T write(Database database, Database.Work<T> work) {
        try {
            return database.write(work);
        } catch (StoreException e) {
            throw e.getCause() instanceof RejectedException rejected ? rejected : e;
        }
    }
}
