package dev.runnel.protocol;

/**
 * How a file search ranks passages, and which of them it leaves out.
 *
 * @param ranker {@code auto} or {@code default_2024_08_21}
 * @param scoreThreshold the lowest score of a passage that is found, from 0 to 1
 */
public record RankingOptions(String ranker, double scoreThreshold) {
    /** The ranker that the hosted service showed where a request named none. */
    public static final String DEFAULT_RANKER = "default_2024_08_21";

    /** All passages, whatever their score. */
    public static final RankingOptions DEFAULTS = new RankingOptions(DEFAULT_RANKER, 0);

    /** Makes an absent ranker the default. */
    public RankingOptions {
        ranker = Absent.or(ranker, DEFAULT_RANKER);
    }
}
