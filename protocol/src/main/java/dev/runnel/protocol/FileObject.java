package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * An uploaded file, without its content. Another request gets the content.
 *
 * @param purpose {@code assistants}, {@code vision}, {@code user_data}, …
 * @param filename the name it was uploaded under, without folders
 * @param bytes how many bytes it holds
 * @param createdAt in seconds since the epoch, as every time of the protocol
 * @param expiresAt when it is deleted by itself; null for never
 * @param status {@code uploaded}, {@code processed} or {@code error}
 * @param statusDetails the error, if there was one
 */
@JsonPropertyOrder({"object", "id", "purpose", "filename", "bytes"})
public record FileObject(
        String id,
        String purpose,
        String filename,
        long bytes,
        long createdAt,
        @Nullable Long expiresAt,
        String status,
        @Nullable String statusDetails) {

    /** Makes an absent status {@code processed}. */
    public FileObject {
        status = Absent.or(status, "processed");
    }

    /** Always {@code "file"}. */
    @JsonProperty
    public String object() {
        return "file";
    }
}
