package dev.runnel.client;

import dev.runnel.protocol.ApiError;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The server answered with an error: by its status, or inside a stream or a body whose status was 200. */
public final class ApiException extends RunnelException {
    private static final long serialVersionUID = 1L;

    /** The {@code code} of an error of this program itself: its memory budget for answers is used up. */
    public static final String NO_ROOM = "answer_budget_exceeded";

    private final int status;
    private final transient ApiError error;
    private final @Nullable String requestId;
    private final @Nullable Duration retryAfter;
    private final boolean retrySafe;

    /**
     * An error as the server sent it.
     *
     * @param status the HTTP status; 200 if the error came inside a stream
     * @param requestId the response's {@code x-request-id}, for a report; null if there was none
     * @param retryAfter how long the server asks to wait before another try; null if it names no time
     * @param retrySafe see {@link #isRetrySafe}
     */
    public ApiException(
            int status,
            ApiError error,
            @Nullable String requestId,
            @Nullable Duration retryAfter,
            boolean retrySafe) {
        super(describe(status, error), null);
        this.status = status;
        this.error = error;
        this.requestId = requestId;
        this.retryAfter = retryAfter;
        this.retrySafe = retrySafe;
    }

    private static String describe(int status, ApiError error) {
        return status == 200 ? error.message() : status + ": " + error.message();
    }

    /** The HTTP status; 200 if the error came inside a stream. */
    public int status() {
        return status;
    }

    @Override
    public boolean isRetrySafe() {
        return retrySafe;
    }

    /** The server's error: message, type, param and code. */
    public ApiError error() {
        return error;
    }

    /** The response's {@code x-request-id}: the server's operator can find the request by it. */
    public Optional<String> requestId() {
        return Optional.ofNullable(requestId);
    }

    /** How long the server asks to wait before another try. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
