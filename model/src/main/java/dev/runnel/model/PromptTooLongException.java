package dev.runnel.model;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The prompt, together with the room that the reply needs, does not fit into the model's context window. */
public final class PromptTooLongException extends ModelException {
    private static final long serialVersionUID = 1L;

    private final @Nullable Long window;

    /**
     * A refusal of a prompt.
     *
     * @param window the model's window in tokens; null if the model server does not tell
     */
    public PromptTooLongException(String message, @Nullable Long window, @Nullable Throwable cause) {
        super(Kind.INVALID_PROMPT, message, cause);
        this.window = window;
    }

    /** The model's window in tokens, if it is known. */
    public OptionalLong window() {
        return window == null ? OptionalLong.empty() : OptionalLong.of(window);
    }
}
