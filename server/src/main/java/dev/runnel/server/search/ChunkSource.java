package dev.runnel.server.search;

import java.util.List;

/**
 * The source of an index's chunks: a list of numbered changes that grows at its end. The index calls it from a thread
 * of its own. Its methods may throw exceptions of its storage; the index then calls again a little later.
 */
public interface ChunkSource {
    /**
     * The state of the list.
     *
     * @param identity identifies the list: an index that was made from another list is rebuilt
     * @param forgotten removals up to this number are no longer in the list: an index that has not applied them is
     *     rebuilt
     * @param newest the number of the newest change, 0 if there is none
     */
    record State(String identity, long forgotten, long newest) {}

    /** The current state of the list. */
    State state();

    /**
     * The changes after a number, in the order of their numbers, up to a limit. A chunk that was added and removed
     * since may be left out. Changes must become visible in the order of their numbers: the index misses a change that
     * becomes visible later than one with a higher number.
     */
    List<ChunkChange> after(long change, int limit);
}
