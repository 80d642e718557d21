package dev.runnel.server.search;

import java.util.List;

/**
 * Where an index gets its chunks from: a list of changes, each with a number, that is added to at its end. Safe for use by another thread;
 * its methods may throw what its storage throws, and are then called again a little later.
 */
public interface ChunkSource {
    /**
     * What there is.
     *
     * @param identity tells one list of changes from another: an index that was made from another list is made anew
     * @param forgotten removals up to this number are not told any more: an index that has not seen them is made anew
     * @param newest the number of the newest change, 0 if there is none
     */
    record State(String identity, long forgotten, long newest) {}

    /** What there is now. */
    State state();

    /**
     * The changes behind a number, by their numbers, at most so many. What was added and removed since may be left out. A change that
     * becomes visible later than one with a higher number is lost to the index: numbers are to be visible in their order.
     */
    List<ChunkChange> after(long change, int limit);
}
