package dev.runnel.model;

import org.jspecify.annotations.Nullable;

/**
 * A whole chat completion that is passed on as it is.
 *
 * @param json the completion
 * @param servedModel the name that the model server got for the model; null for that of the request
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record ChatAnswer(byte[] json, @Nullable String servedModel) {
    /** A completion of the model that the request names. */
    public static ChatAnswer of(byte[] json) {
        return new ChatAnswer(json, null);
    }
}
