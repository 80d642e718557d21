package dev.runnel.server.engine.runs;

/** Tells a run's worker that the run was asked to stop. */
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
}
