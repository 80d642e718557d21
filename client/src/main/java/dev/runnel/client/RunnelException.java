package dev.runnel.client;

import org.jspecify.annotations.Nullable;

/**
 * A failure of the client. The kinds:
 *
 * <ul>
 *   <li>{@link ApiException}: the server answered with an error
 *   <li>{@link ConnectionException}: the server did not answer
 *   <li>{@link BrokenStreamException}: a stream ended before its end
 *   <li>{@link RunFailedException}: a run failed or expired
 *   <li>{@link ResponseFailedException}: a response failed
 *   <li>{@link UnusableReplyException}: a model's reply is not an object of the type
 *   <li>{@link ClosedStreamException}: this program ended the stream or the client
 * </ul>
 */
public abstract sealed class RunnelException extends RuntimeException
        permits ApiException, ConnectionException, BrokenStreamException, ClosedStreamException,
        UnusableReplyException, RunFailedException, ResponseFailedException {
    private static final long serialVersionUID = 1L;

    RunnelException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Whether it makes sense to repeat the call: the failure may pass, and the server cannot do the work twice. The client has
     * already tried as often as {@link RunnelClient.Builder#maxRetries} allows.
     */
    public abstract boolean isRetrySafe();
}
