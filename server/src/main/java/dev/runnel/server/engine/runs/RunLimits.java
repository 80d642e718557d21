package dev.runnel.server.engine.runs;

/**
 * The limits of runs. Each is at least 1.
 *
 * @param runs runs that are executed at once; further runs wait, queued
 * @param rounds rounds of tool calls in one run
 * @param events events in one run's log, not counting those that end the run
 * @param message characters in one reply of the model, in its text and the arguments of its tool calls together; the
 *     same limit holds for its reasoning, and for what one call of a server tool shows and returns
 */
public record RunLimits(int runs, int rounds, long events, int message) {

    /** How many functions one reply may call. {@code submit_tool_outputs} takes the outputs of as many. */
    public static final int CALLS = 1_000;

    /** A run has exceeded a limit. */
    static final class ExceededException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ExceededException(String message) {
            super(message);
        }
    }

    /** Checks that a run may begin another round of tool calls. */
    void checkRounds(long begun) {
        if (begun > rounds) {
            throw new ExceededException("The run has reached the limit of " + rounds + " rounds of tool calls.");
        }
    }

    /** Checks that a reply may call one more function. */
    static void checkCalls(int position) {
        if (position >= CALLS) {
            throw new ExceededException(
                    "The model called more functions in one reply than the limit of " + CALLS + ".");
        }
    }

    /** Checks that a run's log may have another event. */
    void checkEvents(long position) {
        if (position > events) {
            throw new ExceededException("The run has reached the limit of " + events + " events.");
        }
    }

    /** Checks that a reply does not have too many characters. */
    void checkMessage(long characters) {
        if (characters > message) {
            throw new ExceededException(
                    "The model's reply is longer than the limit of " + message + " characters.");
        }
    }

    /** Checks that one call of a server tool does not produce too many characters. */
    void checkToolOutput(long characters) {
        if (characters > message) {
            throw new ExceededException(
                    "A tool's output in one call is longer than the limit of " + message + " characters.");
        }
    }
}
