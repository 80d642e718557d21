package dev.runnel.server.search.chunk;

/**
 * A part of a text.
 *
 * @param start where it begins in the text, in chars
 * @param end where it ends, exclusively
 * @param text what is there: {@code whole.substring(start, end)}
 */
public record Chunk(int start, int end, String text) {}
