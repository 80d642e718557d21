package dev.runnel.client;

import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Run;
import java.util.Optional;

/**
 * A run failed or expired. Everything it had written was handed out before. A run that was cancelled, or that reached a token limit, is no
 * failure: its {@linkplain Run#status() status} tells.
 */
public final class RunFailedException extends RunnelException {
    private static final long serialVersionUID = 1L;

    private final transient Run run;

    RunFailedException(Run run) {
        super(describe(run), null);
        this.run = run;
    }

    private static String describe(Run run) {
        LastError error = run.lastError();
        String ended = "the run " + run.id() + " " + run.status().wire();
        return error == null ? ended : ended + ": " + error.code() + ": " + error.message();
    }

    /** The run as it ended. */
    public Run run() {
        return run;
    }

    /** Why it failed; empty if the server does not say. */
    public Optional<LastError> lastError() {
        return Optional.ofNullable(run.lastError());
    }

    /** Never: the run has left messages on its thread. Create another run there to try again. */
    @Override
    public boolean isRetrySafe() {
        return false;
    }
}
