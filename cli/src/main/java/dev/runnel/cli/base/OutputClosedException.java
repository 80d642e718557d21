package dev.runnel.cli.base;

/** Nobody reads the output any more. */
public final class OutputClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
}
