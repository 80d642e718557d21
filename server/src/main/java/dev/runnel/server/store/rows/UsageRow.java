package dev.runnel.server.store.rows;

/**
 * The use of one model by one project on one day.
 *
 * @param day since the epoch, in UTC
 * @param model the name that requests asked for
 * @param servedModel the name that the model server got
 */
public record UsageRow(String project, long day, String model, String servedModel, Counts counts) {

    /**
     * The amounts that were used.
     *
     * @param runs that have ended, responses among them
     * @param chatCompletions that have ended
     * @param errors how many of both ended with an error
     */
    public record Counts(long runs, long chatCompletions, long errors, long promptTokens, long completionTokens) {
        /** Nothing. */
        public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

        /** Both together. */
        public Counts plus(Counts other) {
            return new Counts(runs + other.runs, chatCompletions + other.chatCompletions, errors + other.errors,
                    promptTokens + other.promptTokens, completionTokens + other.completionTokens);
        }
    }
}
