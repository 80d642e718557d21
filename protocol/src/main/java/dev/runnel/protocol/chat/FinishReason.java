package dev.runnel.protocol.chat;

import java.util.Locale;

/** The reason why a reply ended. Model servers use different words for the same reason. */
public enum FinishReason {
    /** The model finished its reply, or calls functions. */
    COMPLETE,
    /** A limit on tokens, or the model's window, has cut the reply off. */
    LIMIT,
    /** A filter has cut it off. */
    FILTERED,
    /** The server aborted the reply. */
    FAILED,
    /** A word that this version does not know. */
    UNKNOWN;

    /**
     * The reason that a word stands for, in upper or lower case.
     *
     * @param word {@code stop}, {@code length} and so on; empty if the server gave none
     */
    public static FinishReason of(String word) {
        return switch (word.strip().toLowerCase(Locale.ROOT).replace('-', '_')) {
            case "", "stop", "tool_calls", "tool_call", "function_call", "tool_use", "end_turn", "stop_sequence", "eos",
                    "eos_token", "end", "complete", "completed", "done", "finish", "finished",
                    "finish_reason_unspecified" ->
                    COMPLETE;
            case "length", "max_tokens", "max_token", "max_output_tokens", "max_completion_tokens", "max_new_tokens",
                    "max_length", "token_limit", "model_length", "context_length", "context_length_exceeded",
                    "model_context_window_exceeded" ->
                    LIMIT;
            case "content_filter", "content_filtered", "content_filter_error", "safety", "recitation", "blocklist",
                    "prohibited_content", "spii", "image_safety", "sensitive", "guardrail_intervened", "refusal" ->
                    FILTERED;
            case "error", "abort", "aborted", "cancel", "cancelled", "canceled", "failed", "failure", "timeout",
                    "network_error", "server_error", "internal_error", "repetition", "unload", "unloaded",
                    "insufficient_system_resource", "malformed_function_call", "unexpected_tool_call",
                    "malformed_response" ->
                    FAILED;
            default -> UNKNOWN;
        };
    }
}
