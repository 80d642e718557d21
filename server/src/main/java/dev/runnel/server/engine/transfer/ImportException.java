package dev.runnel.server.engine.transfer;

/** A file that cannot be imported. Nothing of it was. */
public final class ImportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The fault, and its line, counted from 1. */
    ImportException(long line, String what) {
        super("line " + line + ": " + what);
    }
}
