package dev.runnel.client;

import org.jspecify.annotations.Nullable;

/** The model replied, but not with an object of the type: it refused, was cut off, or wrote something else. */
public final class UnusableReplyException extends RunnelException {
    private static final long serialVersionUID = 1L;

    private final String reply;

    UnusableReplyException(String message, String reply, @Nullable Throwable cause) {
        super(message, cause);
        this.reply = reply;
    }

    /** The model's text: its refusal, or the reply as far as it arrived. */
    public String reply() {
        return reply;
    }

    /** Always true: the next reply may be better, and a completion can be repeated without harm. */
    @Override
    public boolean isRetrySafe() {
        return true;
    }
}
