package dev.runnel.server.http.fields;

/** Limits that more than one class uses. */
public final class Limits {
    /** The longest id, in characters. */
    public static final int ID = 256;

    /** The longest name of a model, in characters. */
    public static final int MODEL = 256;

    static final int METADATA_PAIRS = 16;

    /** The longest key of metadata and of attributes, in characters. */
    public static final int METADATA_KEY = 64;

    /** The longest value, in characters. */
    static final int METADATA_VALUE = 512;

    private Limits() {}
}
