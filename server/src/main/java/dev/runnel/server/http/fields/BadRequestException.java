package dev.runnel.server.http.fields;

import dev.runnel.protocol.ApiError;
import org.jspecify.annotations.Nullable;

/** A request that is refused before anything happens, with the status and error to answer. */
public final class BadRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient ApiError error;

    public BadRequestException(int status, ApiError error) {
        super(error.message());
        this.status = status;
        this.error = error;
    }

    public static BadRequestException of(String message, @Nullable String param, @Nullable String code) {
        return new BadRequestException(400, ApiError.invalidRequest(message, param, code));
    }

    /** Refuses content that is too large, by the most bytes that it may have and the bytes that it has. */
    public static BadRequestException tooLarge(long limit, long size) {
        return new BadRequestException(
                413,
                new ApiError(
                        "Maximum content size limit (" + limit + ") exceeded (" + size + " bytes read)",
                        "server_error",
                        null,
                        null));
    }

    public int status() {
        return status;
    }

    public ApiError error() {
        return error;
    }
}
