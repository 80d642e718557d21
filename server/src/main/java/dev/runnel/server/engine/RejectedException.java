package dev.runnel.server.engine;

import dev.runnel.protocol.ApiError;

/** A request that cannot be carried out, by the caller's fault. Nothing was changed. */
public final class RejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean notFound;
    private final transient ApiError error;

    private RejectedException(boolean notFound, ApiError error) {
        super(error.message());
        this.notFound = notFound;
        this.error = error;
    }

    /** There is no such object. */
    public static RejectedException notFound(String kind, String id) {
        return new RejectedException(
                true, ApiError.invalidRequest("No " + kind + " found with id '" + id + "'.", null, null));
    }

    /** There is no such file: the one kind of object that is missed in other words. */
    static RejectedException noFile(String id, String param) {
        return new RejectedException(true, ApiError.invalidRequest("No such File object: " + id, param, null));
    }

    /** A list has no such place. */
    static RejectedException unknownCursor(String parameter, String id) {
        return new RejectedException(
                true, ApiError.invalidRequest("No object found with id '" + id + "' in this list.", parameter, null));
    }

    /** The object's state does not allow it. */
    public static RejectedException state(String message) {
        return new RejectedException(false, ApiError.invalidRequest(message, null, null));
    }

    /** Whether an object is missing, rather than the request wrong. */
    public boolean notFound() {
        return notFound;
    }

    /** What to tell the caller. */
    public ApiError error() {
        return error;
    }
}
