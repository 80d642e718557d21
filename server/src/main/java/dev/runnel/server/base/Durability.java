package dev.runnel.server.base;

/** Which failures a commit survives, and with it the events that readers were shown. */
public enum Durability {
    /**
     * The end of the process at any instant, but not a power failure: the operating system decides when it writes to
     * the disk. The default.
     */
    NORMAL,
    /** A power failure too: each commit waits for the disk. */
    FULL
}
