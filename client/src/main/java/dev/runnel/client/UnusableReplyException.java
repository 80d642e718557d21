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

    /** The model's words: its refusal, or the text as far as it came. */
    public String reply() {
        return reply;
    }

    /** Always: the model may do better the next time, and a completion may be asked for as often as you like. */
    @Override
    public boolean isRetrySafe() {
        return true;
    }
}
