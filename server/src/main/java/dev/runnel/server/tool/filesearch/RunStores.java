package dev.runnel.server.tool.filesearch;

import dev.runnel.protocol.Run;
import dev.runnel.server.tool.ToolException;
import java.util.List;

/** The vector stores that runs search: those of the run's assistant and of its thread. Thread-safe. */
public interface RunStores {
    /**
     * Makes a run's stores ready to be searched: waits for the files of the thread's store that are being ingested, for
     * at most a minute.
     *
     * @throws ToolException if a store has expired
     */
    void prepare(Run run) throws InterruptedException;

    /**
     * The passages that answer a question best, of all the run's stores, the best first. Empty if the run has no stores.
     *
     * @param limit how many at most, from 1 to 50
     * @param threshold the lowest score, from 0 to 1
     * @throws ToolException if the stores cannot be searched
     */
    List<Passage> search(Run run, String question, int limit, double threshold) throws InterruptedException;
}
