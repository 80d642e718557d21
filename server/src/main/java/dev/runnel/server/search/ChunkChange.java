package dev.runnel.server.search;

import java.util.List;
import java.util.Map;

/** One change of what is searched. Doing it twice is as doing it once. */
public sealed interface ChunkChange {
    /** Its number, from 1. */
    long change();

    /**
     * A chunk is there, or is another than before.
     *
     * @param number of the chunk within its file, from 0
     * @param attributes the file's, for filters
     * @param text for search by words
     * @param vectors of the chunk's windows, each of length 1, by one model; empty if it is searched by words alone
     */
    record Put(
            long change, String store, String file, int number, Map<String, AttributeValue> attributes, String text,
            List<float[]> vectors) implements ChunkChange {
        /** Copies the lists. */
        public Put {
            attributes = Map.copyOf(attributes);
            vectors = List.copyOf(vectors);
        }
    }

    /** All of a file's chunks are gone from a store. */
    record RemoveFile(long change, String store, String file) implements ChunkChange {}

    /** All of a store's chunks are gone. */
    record RemoveStore(long change, String store) implements ChunkChange {}
}
