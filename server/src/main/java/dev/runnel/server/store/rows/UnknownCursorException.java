package dev.runnel.server.store.rows;

/** A list's cursor is the id of no object that was ever in the list. */
public final class UnknownCursorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String parameter;
    private final String id;

    UnknownCursorException(String parameter, String id) {
        super("no object '" + id + "' to list from");
        this.parameter = parameter;
        this.id = id;
    }

    /** The cursor's parameter: {@code after} or {@code before}. */
    public String parameter() {
        return parameter;
    }

    /** The id that the parameter gave. */
    public String id() {
        return id;
    }
}
