package dev.runnel.server.store.rows;

/** A list was asked for from an object on that it never had. */
public final class UnknownCursorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String parameter;
    private final String id;

    UnknownCursorException(String parameter, String id) {
        super("no object '" + id + "' to list from");
        this.parameter = parameter;
        this.id = id;
    }

    /** {@code after} or {@code before}. */
    public String parameter() {
        return parameter;
    }

    /** What it said. */
    public String id() {
        return id;
    }
}
