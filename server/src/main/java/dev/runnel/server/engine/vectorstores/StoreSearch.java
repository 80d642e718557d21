package dev.runnel.server.engine.vectorstores;

import dev.runnel.server.base.Project;
import java.time.Duration;
import java.util.List;

/** Searches vector stores. Thread-safe. */
public interface StoreSearch {
    /**
     * Checks that a project has these stores and that none is expired, and notes that they are in use, which puts off their
     * expiry.
     *
     * @throws dev.runnel.server.engine.requests.RejectedException if a store is missing (not found) or expired; its message is
     *     one for a run's {@code last_error} too
     */
    void use(Project project, List<String> stores);

    /**
     * Waits until none of the stores' files is in progress, at most for the given time. A store that is missing is not waited
     * for.
     */
    void awaitReady(List<String> stores, Duration limit) throws InterruptedException;

    /**
     * The passages of the stores' files that answer a query best, the best first. Finds all files that were completed before
     * the call, in each of the stores. {@linkplain #use Uses} the stores.
     *
     * @throws dev.runnel.server.engine.requests.RejectedException if a store is missing or expired
     * @throws dev.runnel.server.engine.requests.UnavailableException if the index cannot be searched at the moment
     */
    List<FoundChunk> search(Project project, List<String> stores, StoreQuery query) throws InterruptedException;
}
