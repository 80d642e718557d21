package dev.runnel.client;

import org.jspecify.annotations.Nullable;

/**
 * What can go wrong, as one family: {@link ApiException} if the server answered with an error, {@link ConnectionException} if it
 * did not answer, {@link BrokenStreamException} if a stream ended before its end, {@link ClosedStreamException} if the caller
 * ended it, {@link UnusableReplyException} if a model's reply is not of the kind that was asked for, {@link RunFailedException} if a
 * run failed.
 */
public abstract sealed class RunnelException extends RuntimeException
        permits ApiException, ConnectionException, BrokenStreamException, ClosedStreamException,
        UnusableReplyException, RunFailedException {
    private static final long serialVersionUID = 1L;

    RunnelException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Whether sending the same request once more may help and cannot do the work twice: the failure is one that may pass, and the
     * request either does no more when repeated or was certainly not carried out. The client has by then tried as often as it may.
     */
    public abstract boolean isRetrySafe();
}
