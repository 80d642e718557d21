package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message of a thread.
 *
 * @param createdAt in seconds since the epoch, as the other times
 * @param assistantId the assistant that wrote it; null if a request added it
 * @param runId the run that wrote it; null if a request added it
 * @param incompleteDetails why it was cut off, if it was
 * @param content never null
 * @param attachments files for tools, as they are on the wire; never null
 * @param metadata at most 16 pairs; never null
 */
@JsonPropertyOrder({"id", "object"})
public record Message(
        String id,
        long createdAt,
        @Nullable String assistantId,
        String threadId,
        @Nullable String runId,
        MessageStatus status,
        @Nullable IncompleteDetails incompleteDetails,
        @Nullable Long incompleteAt,
        @Nullable Long completedAt,
        Role role,
        List<MessageContent> content,
        List<JsonValue> attachments,
        Map<String, String> metadata) {

    /** Makes absent collections empty, and an absent status {@link MessageStatus#COMPLETED}: the hosted service left it out of lists. */
    public Message {
        status = Absent.or(status, MessageStatus.COMPLETED);
        content = Absent.orEmpty(content);
        attachments = Absent.orEmpty(attachments);
        metadata = Absent.orEmpty(metadata);
    }

    /** Always {@code "thread.message"}. */
    @JsonProperty
    public String object() {
        return "thread.message";
    }

    /** The text parts, joined. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (MessageContent part : content) {
            if (part instanceof MessageContent.Text t) {
                text.append(t.text().value());
            }
        }
        return text.toString();
    }

    /** The same message with other metadata. */
    public Message withMetadata(Map<String, String> newMetadata) {
        return new Message(
                id, createdAt, assistantId, threadId, runId, status, incompleteDetails, incompleteAt, completedAt, role,
                content, attachments, newMetadata);
    }

    /** The same message with other content. */
    public Message withContent(List<MessageContent> newContent) {
        return new Message(
                id, createdAt, assistantId, threadId, runId, status, incompleteDetails, incompleteAt, completedAt, role,
                newContent, attachments, metadata);
    }

    /** The same message, finished. */
    public Message completed(long at) {
        return new Message(
                id, createdAt, assistantId, threadId, runId, MessageStatus.COMPLETED, null, null, at, role, content,
                attachments, metadata);
    }

    /**
     * The same message, cut off.
     *
     * @param reason {@code content_filter}, {@code max_tokens}, {@code run_cancelled}, {@code run_expired} or {@code run_failed}
     */
    public Message incomplete(String reason, long at) {
        return new Message(
                id, createdAt, assistantId, threadId, runId, MessageStatus.INCOMPLETE, new IncompleteDetails(reason),
                at,
                null, role, content, attachments, metadata);
    }
}
