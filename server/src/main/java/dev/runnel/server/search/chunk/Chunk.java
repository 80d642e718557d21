package dev.runnel.server.search.chunk;

/**
 * A part of a text.
 *
 * @param start the place in the text where it begins, in chars
 * @param end the place after its last char
 * @param text the part itself: {@code whole.substring(start, end)}
 */
public record Chunk(int start, int end, String text) {}
