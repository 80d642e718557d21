package dev.runnel.server.http;

/** Limits that more than one place knows. */
final class Limits {
    /** Characters of an id. */
    static final int ID = 256;

    static final int METADATA_PAIRS = 16;

    /** Characters. */
    static final int METADATA_KEY = 64;

    /** Characters. */
    static final int METADATA_VALUE = 512;

    private Limits() {}
}
