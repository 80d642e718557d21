package dev.runnel.client;

import dev.runnel.protocol.RunRequest;
import org.jspecify.annotations.Nullable;

/**
 * The actions that the reader of a run's or a response's stream takes by itself. The server gets only the functions' definitions, and only if the request
 * itself names no tools: they then replace the assistant's tools for this run. Immutable.
 *
 * @param tools the functions to call when the run asks for them, on the reading thread, one after the other; null if the caller
 *     calls them: the stream then ends at {@code requires_action}, and that of a response with the response that calls them
 * @param maxToolRounds how many rounds of function calls there may be before the stream ends as it does without functions
 * @param autoResume how many times in a row, without an event in between, a broken stream is re-attached; 0 for never
 * @param toolFailuresThrown whether a function's exception cancels the run and is thrown to the reader; if not, the model gets
 *     its message
 * @param runFailuresThrown whether {@link RunStream#textDeltas}, futures and publishers end with a {@link RunFailedException}
 *     if the run failed or expired, and {@link ResponseStream#textDeltas} with a {@link ResponseFailedException}; if not, they
 *     end normally, and the status tells
 */
public record RunOptions(
        @Nullable Tools tools,
        int maxToolRounds,
        int autoResume,
        boolean toolFailuresThrown,
        boolean runFailuresThrown) {
    private static final int DEFAULT_ROUNDS = 10;

    /**
     * No functions; 10 rounds; no re-attaching; the model gets the message of a function's exception; a failed run is an
     * exception.
     */
    public static final RunOptions DEFAULT = new RunOptions(null, DEFAULT_ROUNDS, 0, false, true);

    /** @throws IllegalArgumentException if a number is negative */
    public RunOptions {
        if (maxToolRounds < 0 || autoResume < 0) {
            throw new IllegalArgumentException("the numbers of rounds and tries must not be negative");
        }
    }

    /** Calls these functions when the run asks for them. */
    public RunOptions withTools(Tools given) {
        return new RunOptions(given, maxToolRounds, autoResume, toolFailuresThrown, runFailuresThrown);
    }

    /** Calls functions in at most this many rounds. */
    public RunOptions withMaxToolRounds(int rounds) {
        return new RunOptions(tools, rounds, autoResume, toolFailuresThrown, runFailuresThrown);
    }

    /** Re-attaches a broken stream, up to this many times in a row. */
    public RunOptions withAutoResume(int tries) {
        return new RunOptions(tools, maxToolRounds, tries, toolFailuresThrown, runFailuresThrown);
    }

    /** If a function throws an exception, cancels the run and throws the exception to the reader, instead of telling the model. */
    public RunOptions withToolFailuresThrown(boolean thrown) {
        return new RunOptions(tools, maxToolRounds, autoResume, thrown, runFailuresThrown);
    }

    /** Whether the text, the future and the publisher of a run that failed or expired end with a {@link RunFailedException}. */
    public RunOptions withRunFailuresThrown(boolean thrown) {
        return new RunOptions(tools, maxToolRounds, autoResume, toolFailuresThrown, thrown);
    }

    /** The request with the functions as its tools, unless it names tools itself. */
    RunRequest offered(RunRequest request) {
        return tools == null || request.tools() != null ? request : request.withTools(tools.definitions());
    }
}
