package dev.runnel.protocol;

import org.jspecify.annotations.Nullable;

/** Text that is not JSON, or JSON that does not have the shape that the protocol requires. The message describes the error. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error with its cause; null if there is none. */
    public JsonException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
