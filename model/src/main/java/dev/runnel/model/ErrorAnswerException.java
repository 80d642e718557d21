package dev.runnel.model;

import dev.runnel.protocol.ApiError;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The model answered a chat completion's request with an error of its own, which is passed on to the caller as it is.
 */
public final class ErrorAnswerException extends ModelException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient ApiError error;
    private final @Nullable Duration retryAfter;

    /**
     * An error.
     *
     * @param status the HTTP status to pass on, 400 or above
     * @param error the error, without any secrets
     * @param retryAfter how long the model server asks to wait before another try; null if it does not say
     * @param cause the exception that reported the error; null if there was none
     */
    public ErrorAnswerException(
            Kind kind, int status, ApiError error, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(kind, status + ": " + error.message(), cause);
        this.status = status;
        this.error = error;
        this.retryAfter = retryAfter;
    }

    /** The HTTP status to pass on. */
    public int status() {
        return status;
    }

    /** The error: message, type, param and code. */
    public ApiError error() {
        return error;
    }

    /** How long the model server asks to wait before another try. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
