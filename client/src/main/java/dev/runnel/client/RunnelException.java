package dev.runnel.client;

import org.jspecify.annotations.Nullable;

/**
 * What can go wrong, as one family: {@link ApiException} if the server answered with an error, {@link ConnectionException} if it
 * did not answer, {@link BrokenStreamException} if a stream ended before its end, {@link ClosedStreamException} if the caller
 * ended it.
 */
public abstract sealed class RunnelException extends RuntimeException
        permits ApiException, ConnectionException, BrokenStreamException, ClosedStreamException {
    private static final long serialVersionUID = 1L;

    RunnelException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
