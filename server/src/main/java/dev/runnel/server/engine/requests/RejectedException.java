package dev.runnel.server.engine.requests;

import dev.runnel.protocol.ApiError;
import dev.runnel.protocol.Run;
import dev.runnel.protocol.responses.ResponseIds;
import dev.runnel.server.store.RefusedException;

/** A request that cannot be carried out, through the caller's fault. Nothing was changed. */
public final class RejectedException extends RefusedException {
    private static final long serialVersionUID = 1L;

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private final Kind kind;
    private final transient ApiError error;

    /** Why the request cannot be carried out. */
    public enum Kind {
        /** An object is missing. */
        NOT_FOUND,
        /** The project may not do this. */
        FORBIDDEN,
        /** The object's state does not allow it. */
        STATE,
        /** The requested object is no longer kept. */
        GONE,
        /** The same request is being carried out. */
        IN_PROGRESS,
        /** The request has the idempotency key of another request. */
        NOT_THE_SAME
    }

    private RejectedException(Kind kind, ApiError error) {
        super(error.message());
        this.kind = kind;
        this.error = error;
    }

    /** There is no such object. */
    public static RejectedException notFound(String kind, String id) {
        return new RejectedException(
                Kind.NOT_FOUND, ApiError.invalidRequest("No " + kind + " found with id '" + id + "'.", null, null));
    }

    /** The project may not ask for the model. */
    public static RejectedException noAccess(String project, String model) {
        return new RejectedException(Kind.FORBIDDEN, ApiError.invalidRequest(
                "Project `" + project + "` does not have access to model `" + model + "`", null, "model_not_found"));
    }

    /** There is no such file. The message for files has other words than those for other objects. */
    public static RejectedException noFile(String id, String param) {
        return new RejectedException(
                Kind.NOT_FOUND, ApiError.invalidRequest("No such File object: " + id, param, null));
    }

    /** The list has no such cursor. */
    public static RejectedException unknownCursor(String parameter, String id) {
        return new RejectedException(Kind.NOT_FOUND, ApiError.invalidRequest(
                "No object found with id '" + id + "' in this list.", parameter, null));
    }

    /** The object's state does not allow it. */
    public static RejectedException state(String message) {
        return new RejectedException(Kind.STATE, ApiError.invalidRequest(message, null, null));
    }

    /** There is no such conversation. */
    public static RejectedException noConversation(String threadId) {
        return notFound("conversation", ResponseIds.conversation(threadId));
    }

    /** A run has locked the conversation. */
    public static RejectedException locked(Run holder) {
        return new RejectedException(Kind.STATE, ApiError.invalidRequest(
                "Conversation " + ResponseIds.conversation(holder.threadId()) + " is locked: its response "
                        + ResponseIds.response(holder.id()) + " has not ended.",
                null, "conversation_locked"));
    }

    /** The response that another is to follow has not ended. */
    public static RejectedException notEnded(String runId) {
        return new RejectedException(Kind.STATE, ApiError.invalidRequest(
                "Response '" + ResponseIds.response(runId) + "' has not ended.", "previous_response_id",
                "invalid_value"));
    }

    /** The request's input does not fit what it is added to. */
    public static RejectedException input(String message) {
        return new RejectedException(Kind.STATE, ApiError.invalidRequest(message, "input", null));
    }

    /** The vector store was not used for so long that it expired. */
    public static RejectedException expiredStore(String id) {
        return new RejectedException(Kind.STATE, ApiError.invalidRequest(
                "Vector store " + id + " is expired. Make a new store with its files.", "vector_store_ids",
                "expired_vector_store"));
    }

    /** The assistant has tools that this server does not have. */
    public static RejectedException unsupportedTools(String assistantId, String names) {
        return new RejectedException(Kind.STATE, ApiError.invalidRequest(
                "Assistant " + assistantId + " has tools that are not supported by this server yet: " + names
                        + ". Give the assistant other tools, or start the server with --ignore-unsupported-tools, which"
                        + " leaves them out of prompts.",
                "assistant_id", "unsupported_tool"));
    }

    /** A run's events are no longer kept. */
    public static RejectedException eventsGone(String runId) {
        return new RejectedException(Kind.GONE, ApiError.invalidRequest(
                "The server no longer has the events of run " + runId
                        + ". The run, its steps and its messages are still there: request"
                        + " them without 'stream'.",
                null, "events_gone"));
    }

    /** The first request with this key has not been answered. */
    public static RejectedException keyInUse(String key) {
        return new RejectedException(Kind.IN_PROGRESS, ApiError.invalidRequest(
                "A request with the Idempotency-Key '" + key + "' is still in progress. Try again in a moment.",
                IDEMPOTENCY_KEY, "idempotency_key_in_use"));
    }

    /** The key was used for another request. */
    public static RejectedException keyReused(String key) {
        return new RejectedException(Kind.NOT_THE_SAME, ApiError.invalidRequest(
                "The Idempotency-Key '" + key + "' was used for a request with another route or another body. Use a"
                        + " new key for a new request.",
                IDEMPOTENCY_KEY, "idempotency_key_reused"));
    }

    /** Why the request cannot be carried out. */
    public Kind kind() {
        return kind;
    }

    /** The error for the caller. */
    public ApiError error() {
        return error;
    }
}
