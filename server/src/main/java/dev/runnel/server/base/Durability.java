package dev.runnel.server.base;

/** What a commit survives, and so what was shown to readers. */
public enum Durability {
    /** The process ending at any instant. The default: the operating system writes to the disk when it thinks fit. */
    NORMAL,
    /** The power failing too: each commit waits for the disk. */
    FULL
}
