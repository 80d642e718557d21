package dev.runnel.client;

import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Run;
import java.util.Optional;

/**
 * A run failed or expired. The reader got everything that the run had written. A run that was cancelled, or that reached a
 * token limit, is no failure: see its {@linkplain Run#status() status}.
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

    /** The run at its end. */
    public Run run() {
        return run;
    }

    /** The reason; empty if the server gives none. */
    public Optional<LastError> lastError() {
        return Optional.ofNullable(run.lastError());
    }

    /** Always false: the run has left messages on its thread. To try again, create another run there. */
    @Override
    public boolean isRetrySafe() {
        return false;
    }
}
