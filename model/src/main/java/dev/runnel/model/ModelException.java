package dev.runnel.model;

import org.jspecify.annotations.Nullable;

/** A model gave no reply, or only part of one. The message tells the caller the reason. */
public sealed class ModelException extends RuntimeException permits PromptTooLongException, ErrorAnswerException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** The kind of fault, as a run's {@code last_error.code} gives it. */
    public enum Kind {
        /** The model server is down, broken, silent, or refuses the key. */
        SERVER_ERROR,
        /** The model server wants fewer requests. */
        RATE_LIMIT_EXCEEDED,
        /**
         * The model server does not accept the request: it is too long, or has an option that the server does not know.
         */
        INVALID_PROMPT
    }

    /** A failure, with the exception that caused it, if there is one. */
    public ModelException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** The kind of fault. */
    public Kind kind() {
        return kind;
    }
}
