package dev.runnel.server.engine.runs;

import dev.runnel.model.Model;
import dev.runnel.protocol.LastError;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.RunStatus;
import dev.runnel.server.base.LogText;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** Writes one line to the server's log for each run that fails, with the reason. Thread-safe. */
public final class FailedRunLog implements RunObserver {
    private static final System.Logger LOG = System.getLogger(FailedRunLog.class.getName());

    private final Model model;

    /** Names the models that answered as the given model knows them. */
    public FailedRunLog(Model model) {
        this.model = model;
    }

    @Override
    public void ended(Run run, String requestId, Duration took) {
        LastError error = run.lastError();
        if (run.status() == RunStatus.FAILED && error != null) {
            LOG.log(Level.WARNING, "run {0} failed: {1} ({2}, request {3})", run.id(),
                    LogText.oneLine(error.code() + ": " + error.message()),
                    LogText.model(run.model(), model.answering(run.model())), requestId);
        }
    }
}
