package dev.runnel.server.search;

import java.util.List;
import java.util.Map;

/** One change of the chunks that can be searched. Applying it twice has the effect of applying it once. */
public sealed interface ChunkChange {
    /** The change's number, from 1. */
    long change();

    /**
     * Adds a chunk, or replaces the one of the same number.
     *
     * @param number of the chunk within its file, from 0
     * @param attributes the file's attributes, for filters
     * @param about words that are not in the text and say what it is about, for search by words: those of the file's name and
     *     of the headings above the chunk; may be empty
     * @param text the chunk's text, for search by words
     * @param vectors the chunk's vectors by one model, each of length 1 or less; empty to search it by words alone
     */
    record Put(
            long change, String store, String file, int number, Map<String, AttributeValue> attributes, String about,
            String text, List<float[]> vectors) implements ChunkChange {
        /** Copies the lists. */
        public Put {
            attributes = Map.copyOf(attributes);
            vectors = List.copyOf(vectors);
        }
    }

    /** Removes all of a file's chunks from a store. */
    record RemoveFile(long change, String store, String file) implements ChunkChange {}

    /** Removes all of a store's chunks. */
    record RemoveStore(long change, String store) implements ChunkChange {}
}
