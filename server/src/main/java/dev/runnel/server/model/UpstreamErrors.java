package dev.runnel.server.model;

import dev.runnel.client.ApiException;
import dev.runnel.client.BaseUrl;
import dev.runnel.client.BrokenStreamException;
import dev.runnel.client.ClosedStreamException;
import dev.runnel.client.ConnectionException;
import dev.runnel.client.ResponseFailedException;
import dev.runnel.client.RunFailedException;
import dev.runnel.client.RunnelException;
import dev.runnel.client.UnusableReplyException;
import dev.runnel.model.ErrorAnswerException;
import dev.runnel.model.ModelException;
import dev.runnel.model.PromptTooLongException;
import dev.runnel.protocol.ApiError;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Describes a model server's failures, for answers, for runs and for the log. The descriptions use the model server's
 * own words, without its {@linkplain Secrets secrets}. All of them are made here. Thread-safe.
 */
final class UpstreamErrors {
    private static final int OK = 200;
    private static final int BAD_GATEWAY = 502;

    /** How servers say that a prompt does not fit: OpenAI, vLLM, SGLang ("context length"), llama.cpp ("context size"), Groq. */
    private static final Pattern TOO_LONG = Pattern.compile("(?i)context (length|size|window)");

    private static final Pattern WINDOW = Pattern
            .compile("(?i)context (?:length|size|window)(?: is| of)?[ (:]{1,3}([0-9]{1,12})\\b");

    /** How servers refuse images. llama.cpp does it with status 500. */
    private static final Pattern NO_IMAGES = Pattern
            .compile("(?i)image input is not supported|unsupported content part type");

    private final BaseUrl url;
    private final Secrets secrets;

    UpstreamErrors(BaseUrl url, Secrets secrets) {
        this.url = url;
        this.secrets = secrets;
    }

    /** The exception for the caller that waits for a reply. */
    ModelException failure(RunnelException e) {
        return switch (e) {
            case ApiException api when tooLong(api) -> new PromptTooLongException(describe(api), window(api), api);
            case ApiException api -> new ModelException(kind(api), describe(api), api);
            case ConnectionException connection -> fault("The model server: " + connection.getMessage(), connection);
            case BrokenStreamException broken -> fault(said(broken), broken);
            case ClosedStreamException closed -> fault("The model call was ended.", closed);
            case UnusableReplyException unusable -> fault(said(unusable), unusable);
            case RunFailedException run -> throw new IllegalStateException("a chat completion is not a run", run);
            case ResponseFailedException response ->
                    throw new IllegalStateException("a chat completion is not a response", response);
        };
    }

    /** The exception for a failure that the model server does not report itself. */
    ModelException fault(String message, @Nullable Throwable cause) {
        return new ModelException(ModelException.Kind.SERVER_ERROR, secrets.redact(message), cause);
    }

    /** A sentence that names the model server and says what it did. */
    String does(String what) {
        return "The model server at " + url + " " + what;
    }

    private String said(RunnelException e) {
        return "The model server at " + url + ": " + e.getMessage();
    }

    /**
     * The model server's own error, for the caller of the chat endpoint to see. A status is passed on only if it means
     * the same to that caller. Any other status is about this server's request, and becomes a 502 (bad gateway).
     */
    ErrorAnswerException relayed(ApiException e) {
        ApiError error = e.error();
        ApiError clean = new ApiError(
                secrets.redact(error.message()), redacted(error.type()), redacted(error.param()),
                redacted(error.code()));
        return new ErrorAnswerException(kind(e), passedOn(e.status()), clean, e.retryAfter().orElse(null), e);
    }

    private @Nullable String redacted(@Nullable String text) {
        return text == null ? null : secrets.redact(text);
    }

    static int passedOn(int status) {
        return switch (status) {
            case 400, 401, 402, 403, 404, 408, 409, 410, 413, 415, 422, 424, 429, 451 -> status;
            case 500, 502, 503, 504, 507, 508, 529 -> status;
            default -> BAD_GATEWAY;
        };
    }

    private static boolean tooLong(ApiException e) {
        ApiError error = e.error();
        return "context_length_exceeded".equals(error.code())
                || "exceed_context_size_error".equals(error.type())
                || (e.status() < 500 && TOO_LONG.matcher(error.message()).find());
    }

    private static @Nullable Long window(ApiException e) {
        Matcher told = WINDOW.matcher(e.error().message());
        return told.find() ? Long.valueOf(told.group(1)) : null;
    }

    private static ModelException.Kind kind(ApiException e) {
        String code = String.valueOf(e.error().code()).toLowerCase(Locale.ROOT);
        if (e.status() == 429 || code.equals("429") || code.contains("rate_limit")) {
            return ModelException.Kind.RATE_LIMIT_EXCEEDED;
        }
        boolean refused = e.status() == 400 || e.status() == 413 || e.status() == 422 || code.equals("400")
                || NO_IMAGES.matcher(e.error().message()).find();
        return refused ? ModelException.Kind.INVALID_PROMPT : ModelException.Kind.SERVER_ERROR;
    }

    private String describe(ApiException e) {
        if (ApiException.NO_ROOM.equals(e.error().code())) {
            return "The model server's reply could not be read: " + e.error().message() + ".";
        }
        String hint = e.status() == 401 || e.status() == 403 ? " (check the key)" : "";
        String status = e.status() == OK ? "" : " with status " + e.status();
        return secrets.redact(does("answered" + status + hint + ": " + e.error().message()));
    }
}
