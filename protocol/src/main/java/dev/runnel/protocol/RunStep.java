package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run step: one call of the model within a run, which either writes a message or calls tools.
 *
 * @param createdAt in seconds since the epoch, as the other times
 * @param expiresAt the run's, while the step is under way
 * @param usage null while it is under way
 */
@JsonPropertyOrder({"id", "object", "createdAt", "runId", "assistantId", "threadId", "type"})
public record RunStep(
        String id,
        long createdAt,
        String runId,
        String assistantId,
        String threadId,
        StepStatus status,
        @Nullable Long cancelledAt,
        @Nullable Long completedAt,
        @Nullable Long expiredAt,
        @Nullable Long expiresAt,
        @Nullable Long failedAt,
        @Nullable LastError lastError,
        StepDetails stepDetails,
        Map<String, String> metadata,
        @Nullable Usage usage) {

    /** Makes absent metadata empty, and an absent status {@link StepStatus#UNKNOWN}. */
    public RunStep {
        status = Absent.or(status, StepStatus.UNKNOWN);
        metadata = Absent.orEmpty(metadata);
    }

    /** Always {@code "thread.run.step"}. */
    @JsonProperty
    public String object() {
        return "thread.run.step";
    }

    /** The kind of its {@linkplain #stepDetails() details}. */
    @JsonProperty
    public String type() {
        return stepDetails.type();
    }

    /** The same step with other details. */
    public RunStep withDetails(StepDetails details) {
        return new RunStep(
                id, createdAt, runId, assistantId, threadId, status, cancelledAt, completedAt, expiredAt, expiresAt,
                failedAt, lastError, details, metadata, usage);
    }

    /** The same step, finished. */
    public RunStep completed(long at, Usage used) {
        return ended(StepStatus.COMPLETED, null, at, null, null, null, used);
    }

    /** The same step, ended by an error. */
    public RunStep failed(long at, LastError error, @Nullable Usage used) {
        return ended(StepStatus.FAILED, null, null, null, at, error, used);
    }

    /** The same step, ended because the run was cancelled. */
    public RunStep cancelled(long at, @Nullable Usage used) {
        return ended(StepStatus.CANCELLED, at, null, null, null, null, used);
    }

    /** The same step, ended because the run expired. */
    public RunStep expired(long at, @Nullable Usage used) {
        return ended(StepStatus.EXPIRED, null, null, at, null, null, used);
    }

    private RunStep ended(
            StepStatus end,
            @Nullable Long cancelled,
            @Nullable Long completed,
            @Nullable Long expired,
            @Nullable Long failed,
            @Nullable LastError error,
            @Nullable Usage used) {
        return new RunStep(
                id, createdAt, runId, assistantId, threadId, end, cancelled, completed, expired, null, failed, error,
                stepDetails, metadata, used);
    }
}
