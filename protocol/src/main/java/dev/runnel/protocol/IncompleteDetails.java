package dev.runnel.protocol;

/**
 * Why a run or a message ended early.
 *
 * @param reason of a run: {@code max_completion_tokens}, {@code max_prompt_tokens} or {@code content_filter}; of a message:
 *     {@code content_filter}, {@code max_tokens}, {@code run_cancelled}, {@code run_expired} or {@code run_failed}
 */
public record IncompleteDetails(String reason) {}
