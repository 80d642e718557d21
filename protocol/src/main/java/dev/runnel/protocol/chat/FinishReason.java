package dev.runnel.protocol.chat;

import java.util.Locale;
import java.util.regex.Pattern;

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

    private static final String PREFIX = "finish_reason_";
    private static final Pattern FILTER = Pattern
            .compile("filter|safety|prohibited|moderat|toxic|guardrail|^language$");
    private static final Pattern FAILURE = Pattern.compile(
            "error|abort|cancel|fail|time_?d?_?out|exception|interrupt|kill|preempt|evict|malformed|invalid|disconnect"
                    + "|unavailable|overload|out_of_memory|oom|rate_limit|quota|too_many|crash");
    private static final Pattern LENGTH = Pattern.compile("length|limit|truncat|max");

    /**
     * The reason that a word stands for, in upper or lower case, also as the name of a constant: {@code
     * FinishReason.MAX_TOKENS}. A word that is not known is judged by its parts: {@code engine_error} is a failure.
     *
     * @param word {@code stop}, {@code length} and so on; empty if the server gave none
     */
    public static FinishReason of(String word) {
        String plain = word.strip().toLowerCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
        plain = plain.substring(plain.lastIndexOf('.') + 1);
        String bare = plain.startsWith(PREFIX) ? plain.substring(PREFIX.length()) : plain;
        return switch (bare) {
            case "", "stop", "tool_calls", "tool_call", "function_call", "tool_use", "end_turn", "stop_sequence", "eos",
                    "eos_token", "end", "complete", "completed", "done", "finish", "finished",
                    "unspecified" ->
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
            default -> byParts(bare);
        };
    }

    /**
     * The word that holds where a reply ended twice: that it was cut off or failed is not taken back by a later {@code stop}.
     *
     * @param first the word before; empty if there was none
     */
    public static String last(String first, String second) {
        boolean both = of(first) != COMPLETE && of(second) == COMPLETE;
        return both && !first.isEmpty() ? first : second;
    }

    private static FinishReason byParts(String word) {
        return FILTER.matcher(word).find() ? FILTERED
                : FAILURE.matcher(word).find() ? FAILED
                        : LENGTH.matcher(word).find() ? LIMIT
                                : UNKNOWN;
    }
}
