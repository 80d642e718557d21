package dev.runnel.server.engine.transfer;

/** A file cannot be imported. Nothing was imported from it. */
public final class ImportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The fault, and its line, counted from 1. */
    ImportException(long line, String what) {
        super("line " + line + ": " + what);
    }
}
