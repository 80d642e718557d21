package dev.runnel.client;

import org.jspecify.annotations.Nullable;

/** This program closed the stream or the client, or interrupted the reading thread, whose interrupt flag is then set. */
public final class ClosedStreamException extends RunnelException {
    private static final long serialVersionUID = 1L;

    ClosedStreamException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetrySafe() {
        return false;
    }
}
