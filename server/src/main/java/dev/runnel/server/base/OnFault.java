package dev.runnel.server.base;

/** The treatment of a step that was cut off. */
public enum OnFault {
    /** The step's text is kept as incomplete, and the step is tried again. */
    RETRY,
    /** The step's run fails. */
    FAIL
}
