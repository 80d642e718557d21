package dev.runnel.client;

import org.jspecify.annotations.Nullable;

/** The stream was closed by this program, from another thread, or its reading thread was interrupted (and still is). */
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
