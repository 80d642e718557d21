package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * The answer to a request that deletes an object.
 *
 * @param id the id of the deleted object
 * @param object {@code assistant.deleted}, {@code thread.deleted} or {@code thread.message.deleted}; for a file plainly {@code file}
 * @param deleted always true
 */
@JsonPropertyOrder({"id", "object", "deleted"})
public record Deleted(String id, String object, boolean deleted) {

    /** An object that is gone. */
    public static Deleted of(String id, String object) {
        return new Deleted(id, object, true);
    }
}
