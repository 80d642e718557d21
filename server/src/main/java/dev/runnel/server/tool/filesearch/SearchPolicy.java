package dev.runnel.server.tool.filesearch;

import java.time.Duration;

/**
 * How runs search files.
 *
 * @param when who decides when to search
 * @param tokens how many tokens the passages of one search may have together, at least 1
 * @param patience how long one search may take
 */
public record SearchPolicy(When when, int tokens, Duration patience) {
    /** The model calls the search; 16,000 tokens, as the hosted service had; 30 seconds. */
    public static final SearchPolicy DEFAULTS = new SearchPolicy(When.AUTO, 16_000, Duration.ofSeconds(30));

    /** When files are searched. */
    public enum When {
        /** The model decides: the search is a function that it may call. */
        AUTO,
        /**
         * The server searches with the user's last message before it first asks the model, and does not tell the model of
         * the function: for models that never call tools.
         */
        ALWAYS
    }

    /** The same policy, with another time to search. */
    public SearchPolicy when(When value) {
        return new SearchPolicy(value, tokens, patience);
    }

    /** The same policy with another number of tokens. */
    public SearchPolicy tokens(int most) {
        return new SearchPolicy(when, most, patience);
    }
}
