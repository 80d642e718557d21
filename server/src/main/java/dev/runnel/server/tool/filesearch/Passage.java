package dev.runnel.server.tool.filesearch;

/**
 * A passage that was found in a file.
 *
 * @param score from 0 to 1
 */
public record Passage(String fileId, String fileName, double score, String text) {}
