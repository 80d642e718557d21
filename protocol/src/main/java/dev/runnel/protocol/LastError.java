package dev.runnel.protocol;

/**
 * The error that ended a run or a run step, or the reason why a file in a vector store cannot be searched.
 *
 * @param code {@code server_error}, {@code rate_limit_exceeded} or {@code invalid_prompt}; of a file {@code server_error},
 *     {@code unsupported_file} or {@code invalid_file}
 * @param message for a person to read
 */
public record LastError(String code, String message) {}
