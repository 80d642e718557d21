package dev.runnel.server.base;

/**
 * A file that a model's text may cite, because a tool has shown a part of it to the model.
 *
 * @param fileId the file's id
 * @param fileName the name by which the text cites the file
 */
public record Source(String fileId, String fileName) {}
