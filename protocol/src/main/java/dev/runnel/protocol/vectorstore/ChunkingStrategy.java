package dev.runnel.protocol.vectorstore;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** How a file's text is cut into chunks. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.EXISTING_PROPERTY, property = "type", defaultImpl = ChunkingStrategy.Other.class)
@JsonSubTypes(@JsonSubTypes.Type(value = ChunkingStrategy.Static.class, name = "static"))
@JsonPropertyOrder("type")
public sealed interface ChunkingStrategy {
    /** The strategy that the protocol calls {@code auto}: chunks of 800 tokens that overlap by 400. */
    Static AUTO = new Static(new Sizes(800, 400));

    /** The strategy's kind on the wire. */
    @JsonProperty
    String type();

    /** Chunks of given sizes. */
    record Static(@JsonProperty("static") Sizes sizes) implements ChunkingStrategy {
        @Override
        public String type() {
            return "static";
        }
    }

    /** A strategy that is not known. */
    record Other() implements ChunkingStrategy {
        @Override
        public String type() {
            return "other";
        }
    }

    /**
     * The sizes of chunks.
     *
     * @param maxChunkSizeTokens from 100 to 4,096
     * @param chunkOverlapTokens by how much a chunk overlaps with the one before; from 0 to half a chunk
     */
    record Sizes(int maxChunkSizeTokens, int chunkOverlapTokens) {}
}
