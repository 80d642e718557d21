package dev.runnel.protocol;

/**
 * What ended a run or a run step.
 *
 * @param code {@code server_error}, {@code rate_limit_exceeded} or {@code invalid_prompt}
 * @param message for a person to read
 */
public record LastError(String code, String message) {}
