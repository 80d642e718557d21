package dev.runnel.server.base;

/** Knows the id of the request that a thread answers, so that log messages can name the request. */
public final class RequestId {
    private static final ScopedValue<String> CURRENT = ScopedValue.newInstance();

    private RequestId() {}

    /** The id of the request that this thread answers; {@code none} if it answers none. */
    public static String current() {
        return CURRENT.orElse("none");
    }

    /** The scope of a request with this id. */
    public static ScopedValue.Carrier scope(String id) {
        return ScopedValue.where(CURRENT, id);
    }
}
