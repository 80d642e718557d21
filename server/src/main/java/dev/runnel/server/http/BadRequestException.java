package dev.runnel.server.http;

import dev.runnel.protocol.ApiError;
import org.jspecify.annotations.Nullable;

/** A request that is refused before anything happens, with the status and error to answer. */
final class BadRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient ApiError error;

    BadRequestException(int status, ApiError error) {
        super(error.message());
        this.status = status;
        this.error = error;
    }

    static BadRequestException of(String message, @Nullable String param, @Nullable String code) {
        return new BadRequestException(400, ApiError.invalidRequest(message, param, code));
    }

    int status() {
        return status;
    }

    ApiError error() {
        return error;
    }
}
