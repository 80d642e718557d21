package dev.runnel.client;

import dev.runnel.protocol.RunRequest;
import org.jspecify.annotations.Nullable;

/**
 * What the reader of a run's stream does by itself. Nothing of it is sent to the server but the functions' definitions, and those only
 * with a request that names no tools itself: they then replace the assistant's for this run. Immutable.
 *
 * @param tools called when the run asks for them, on the thread that reads, one after the other; null to leave that to the caller: the
 *     stream then ends at {@code requires_action}
 * @param maxToolRounds how often the run may ask for functions before the stream ends at {@code requires_action} all the same
 * @param autoResume how often in a row, without an event in between, a stream that broke off is re-attached; 0 for never
 * @param toolFailuresThrown whether an exception of a function cancels the run and is thrown to the reader; if not, the model is told
 *     of it
 * @param runFailuresThrown whether {@link RunStream#textDeltas}, futures and publishers end with a {@link RunFailedException} if the
 *     run failed or expired; if not, they end as if it had not, and its status tells
 */
public record RunOptions(
        @Nullable Tools tools,
        int maxToolRounds,
        int autoResume,
        boolean toolFailuresThrown,
        boolean runFailuresThrown) {
    private static final int DEFAULT_ROUNDS = 10;

    /** No functions; 10 rounds; no re-attaching; the model is told what a function throws; a failed run is an exception. */
    public static final RunOptions DEFAULT = new RunOptions(null, DEFAULT_ROUNDS, 0, false, true);

    /** @throws IllegalArgumentException if a number is negative */
    public RunOptions {
        if (maxToolRounds < 0 || autoResume < 0) {
            throw new IllegalArgumentException("neither rounds nor tries can be fewer than none");
        }
    }

    /** Calls these functions when the run asks for them. */
    public RunOptions withTools(Tools given) {
        return new RunOptions(given, maxToolRounds, autoResume, toolFailuresThrown, runFailuresThrown);
    }

    /** Calls functions in at most so many rounds. */
    public RunOptions withMaxToolRounds(int rounds) {
        return new RunOptions(tools, rounds, autoResume, toolFailuresThrown, runFailuresThrown);
    }

    /** Re-attaches a stream that broke off, up to so often in a row. */
    public RunOptions withAutoResume(int tries) {
        return new RunOptions(tools, maxToolRounds, tries, toolFailuresThrown, runFailuresThrown);
    }

    /** Cancels the run when a function throws an exception, and throws it to the reader, instead of telling the model. */
    public RunOptions withToolFailuresThrown(boolean thrown) {
        return new RunOptions(tools, maxToolRounds, autoResume, thrown, runFailuresThrown);
    }

    /** Whether the text, the future and the publisher of a run that failed or expired end with a {@link RunFailedException}. */
    public RunOptions withRunFailuresThrown(boolean thrown) {
        return new RunOptions(tools, maxToolRounds, autoResume, toolFailuresThrown, thrown);
    }

    /** The request, offering the functions to the model unless it names tools itself. */
    RunRequest offered(RunRequest request) {
        return tools == null || request.tools() != null ? request : request.withTools(tools.definitions());
    }
}
