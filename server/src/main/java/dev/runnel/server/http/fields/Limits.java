package dev.runnel.server.http.fields;

/** Limits that more than one place knows. */
public final class Limits {
    /** Characters of an id. */
    public static final int ID = 256;

    /** Characters of a model's name. */
    public static final int MODEL = 256;

    static final int METADATA_PAIRS = 16;

    /** Characters. */
    static final int METADATA_KEY = 64;

    /** Characters. */
    static final int METADATA_VALUE = 512;

    private Limits() {}
}
