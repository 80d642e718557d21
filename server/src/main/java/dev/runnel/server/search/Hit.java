package dev.runnel.server.search;

/**
 * A chunk that was found.
 *
 * @param score from 0 to 1; scores of different questions and stores can be compared
 */
public record Hit(String store, String file, int number, double score) {}
