package dev.runnel.client;

import dev.runnel.protocol.RunRequest;
import org.jspecify.annotations.Nullable;

/**
 * How a run's stream is to be read: what its reader does by itself. Nothing of it is sent to the server but the tools' definitions,
 * and those only with a request that names no tools itself: they then replace the assistant's for this run. Immutable.
 *
 * @param tools called when the run asks for them, on the thread that reads; null to leave that to the caller, the stream then ends at
 *     {@code requires_action}
 * @param maxToolRounds how often the run may ask for tools before the stream ends there all the same
 * @param autoResume how often in a row, without an event in between, a stream that broke off is re-attached; 0 for never
 */
public record RunOptions(@Nullable Tools tools, int maxToolRounds, int autoResume) {
    private static final int DEFAULT_ROUNDS = 10;

    /** No tools, no re-attaching. */
    public static final RunOptions DEFAULT = new RunOptions(null, DEFAULT_ROUNDS, 0);

    /** @throws IllegalArgumentException if a number is negative */
    public RunOptions {
        if (maxToolRounds < 0 || autoResume < 0) {
            throw new IllegalArgumentException("neither rounds nor tries can be fewer than none");
        }
    }

    /** Calls these tools when the run asks for them; at most 10 rounds unless told otherwise. */
    public RunOptions withTools(Tools given) {
        return new RunOptions(given, maxToolRounds, autoResume);
    }

    /** Ends the stream at {@code requires_action} after so many rounds. */
    public RunOptions withMaxToolRounds(int rounds) {
        return new RunOptions(tools, rounds, autoResume);
    }

    /** The request, offering the tools to the model unless it names tools itself. */
    RunRequest offered(RunRequest request) {
        return tools == null || request.tools() != null ? request : request.withTools(tools.definitions());
    }

    /** Re-attaches a stream that broke off, up to so often in a row. */
    public RunOptions withAutoResume(int tries) {
        return new RunOptions(tools, maxToolRounds, tries);
    }
}
