package dev.runnel.server.engine;

/** What becomes of a step that was cut off. */
public enum OnFault {
    /** What it had written is kept as incomplete, and it is tried again. */
    RETRY,
    /** Its run fails. */
    FAIL
}
