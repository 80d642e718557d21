package dev.runnel.server.engine.vectorstores;

import dev.runnel.protocol.JsonValue;

/**
 * A passage that was found: one chunk of a file in a store.
 *
 * @param chunk the chunk's number within its file, from 0
 * @param score from 0 to 1; scores of different questions and stores can be compared
 * @param attributes the file's attributes in that store, as they are on the wire
 */
public record FoundChunk(
        String storeId, String fileId, String filename, int chunk, double score, String text, JsonValue attributes) {}
