package dev.runnel.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run: one execution of an assistant on a thread. The options are the effective ones, after the run's overrides.
 *
 * @param createdAt in seconds since the epoch, as the other times
 * @param startedAt when a worker last began to execute it; set anew after each submission of tool outputs
 * @param expiresAt when it expires; null once it has ended
 * @param requiredAction what it waits for; null except at {@link RunStatus#REQUIRES_ACTION}
 * @param lastError what ended it; null except at {@link RunStatus#FAILED}
 * @param instructions empty if there are none
 * @param temperature 0 to 2; null if it was not set, which is written as 1.0
 * @param topP nucleus sampling, 0 to 1; null if it was not set, which is written as 1.0
 * @param usage the tokens of all its model calls; null until it has ended
 * @param responseFormat {@code "auto"} or an object, as it is on the wire
 * @param toolChoice {@code "auto"}, {@code "none"}, {@code "required"} or an object, as it is on the wire
 */
@JsonPropertyOrder({"id", "object"})
public record Run(
        String id,
        long createdAt,
        String assistantId,
        String threadId,
        RunStatus status,
        @Nullable Long startedAt,
        @Nullable Long expiresAt,
        @Nullable Long cancelledAt,
        @Nullable Long failedAt,
        @Nullable Long completedAt,
        @Nullable RequiredAction requiredAction,
        @Nullable LastError lastError,
        String model,
        String instructions,
        List<Tool> tools,
        JsonValue toolResources,
        Map<String, String> metadata,
        @JsonSerialize(nullsUsing = ShownAsOne.class) @Nullable Double temperature,
        @JsonSerialize(nullsUsing = ShownAsOne.class) @Nullable Double topP,
        @Nullable String reasoningEffort,
        @Nullable Long maxCompletionTokens,
        @Nullable Long maxPromptTokens,
        TruncationStrategy truncationStrategy,
        @Nullable IncompleteDetails incompleteDetails,
        @Nullable Usage usage,
        JsonValue responseFormat,
        JsonValue toolChoice,
        Boolean parallelToolCalls) {

    /** Gives the components that a server left out their defaults. */
    public Run {
        status = Absent.or(status, RunStatus.UNKNOWN);
        instructions = Absent.orEmpty(instructions);
        tools = Absent.orEmpty(tools);
        toolResources = Absent.orEmpty(toolResources);
        metadata = Absent.orEmpty(metadata);
        truncationStrategy = Absent.or(truncationStrategy, TruncationStrategy.AUTO);
        responseFormat = Absent.orAuto(responseFormat);
        toolChoice = Absent.orAuto(toolChoice);
        parallelToolCalls = Absent.or(parallelToolCalls, true);
    }

    /** Always {@code "thread.run"}. */
    @JsonProperty
    public String object() {
        return "thread.run";
    }

    /** A change of this run's state, to be {@linkplain Change#run() applied}. */
    public Change change() {
        return new Change(this);
    }

    /**
     * The parts of a run that can change after its creation: its state and its metadata. The options cannot change.
     *
     * <p>Not thread-safe; used only by its creator.
     */
    public static final class Change {
        private final Run before;
        private RunStatus status;
        private Map<String, String> metadata;
        private @Nullable Long startedAt;
        private @Nullable Long expiresAt;
        private @Nullable Long cancelledAt;
        private @Nullable Long failedAt;
        private @Nullable Long completedAt;
        private @Nullable RequiredAction requiredAction;
        private @Nullable LastError lastError;
        private @Nullable IncompleteDetails incompleteDetails;
        private @Nullable Usage usage;

        private Change(Run run) {
            before = run;
            status = run.status;
            metadata = run.metadata;
            startedAt = run.startedAt;
            expiresAt = run.expiresAt;
            cancelledAt = run.cancelledAt;
            failedAt = run.failedAt;
            completedAt = run.completedAt;
            requiredAction = run.requiredAction;
            lastError = run.lastError;
            incompleteDetails = run.incompleteDetails;
            usage = run.usage;
        }

        /** With other metadata. */
        public Change metadata(Map<String, String> pairs) {
            metadata = pairs;
            return this;
        }

        /** Waiting for a worker; no action is required any more. */
        public Change queued() {
            status = RunStatus.QUEUED;
            requiredAction = null;
            return this;
        }

        /** A worker executes it. */
        public Change inProgress(long at) {
            status = RunStatus.IN_PROGRESS;
            startedAt = at;
            return this;
        }

        /** Waiting for tool outputs. */
        public Change requiresAction(RequiredAction action) {
            status = RunStatus.REQUIRES_ACTION;
            requiredAction = action;
            return this;
        }

        /** Asked to cancel. */
        public Change cancelling() {
            status = RunStatus.CANCELLING;
            requiredAction = null;
            return this;
        }

        /** Stopped on request. */
        public Change cancelled(long at, Usage used) {
            cancelledAt = at;
            return ended(RunStatus.CANCELLED, used);
        }

        /** Completed. */
        public Change completed(long at, Usage used) {
            completedAt = at;
            return ended(RunStatus.COMPLETED, used);
        }

        /** Ended by an error. */
        public Change failed(long at, LastError error, Usage used) {
            failedAt = at;
            lastError = error;
            return ended(RunStatus.FAILED, used);
        }

        /** Ended early; {@code completed_at} stays null. */
        public Change incomplete(String reason, Usage used) {
            incompleteDetails = new IncompleteDetails(reason);
            return ended(RunStatus.INCOMPLETE, used);
        }

        /** Expired: not completed in time. */
        public Change expired(Usage used) {
            return ended(RunStatus.EXPIRED, used);
        }

        private Change ended(RunStatus terminal, Usage used) {
            status = terminal;
            requiredAction = null;
            expiresAt = null;
            usage = used;
            return this;
        }

        /** The changed run. */
        public Run run() {
            return new Run(
                    before.id, before.createdAt, before.assistantId, before.threadId, status, startedAt, expiresAt,
                    cancelledAt, failedAt, completedAt, requiredAction, lastError, before.model, before.instructions,
                    before.tools, before.toolResources, metadata, before.temperature, before.topP,
                    before.reasoningEffort, before.maxCompletionTokens, before.maxPromptTokens,
                    before.truncationStrategy, incompleteDetails, usage, before.responseFormat, before.toolChoice,
                    before.parallelToolCalls);
        }
    }
}
