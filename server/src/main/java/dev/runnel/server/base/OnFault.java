package dev.runnel.server.base;

/** What happens to a step that was cut off. */
public enum OnFault {
    /** The step's text is kept as incomplete, and the step is tried again. */
    RETRY,
    /** The step's run fails. */
    FAIL
}
