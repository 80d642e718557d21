package dev.runnel.protocol;

import org.jspecify.annotations.Nullable;

/** Text that is no JSON, or JSON that does not have the shape the protocol gives it. The message says what is wrong with it. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error with the reason it happened, if another exception told it. */
    public JsonException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
