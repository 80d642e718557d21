package dev.runnel.server.engine.runs;

/** How a step that was cut off is treated. */
public enum OnFault {
    /** The step's text is kept as incomplete, and the step is tried again. */
    RETRY,
    /** Its run fails. */
    FAIL
}
