package dev.runnel.client;

import org.jspecify.annotations.Nullable;

/** The model replied, but not with what was asked for: it refused, was cut off, or wrote something that is not of the type. */
public final class UnusableReplyException extends RunnelException {
    private static final long serialVersionUID = 1L;

    private final String reply;

    UnusableReplyException(String message, String reply, @Nullable Throwable cause) {
        super(message, cause);
        this.reply = reply;
    }

    /** What it wrote: the refusal, or the text as far as it came. */
    public String reply() {
        return reply;
    }

    /** A model may do better the next time, and a completion may be asked for as often as one likes. */
    @Override
    public boolean isRetrySafe() {
        return true;
    }
}
